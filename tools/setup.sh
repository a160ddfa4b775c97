# Sourced by ./run and ./test: what must be on the machine before anything else can happen.

# install_packages WHAT...: the packages of tools/packages whose first word is one of WHAT and that are missing.
install_packages() {
  local missing='' what package
  while read -r what package; do
    case " $* " in *" $what "*) ;; *) continue ;; esac
    case $package in
      nodejs|npm) command -v "${package/nodejs/node}" >/dev/null && continue ;;   # any node that is there will do
      universal-ctags) command -v ctags >/dev/null && continue ;;
    esac
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q '^install ok installed$' || missing="$missing $package"
  done < <(grep -v '^#' tools/packages)
  [ -z "$missing" ] && return 0
  command -v apt-get >/dev/null || { echo "Please install:$missing" >&2; return 1; }
  echo "Installing Debian packages:$missing"
  local sudo=''
  [ "$(id -u)" = 0 ] || sudo=sudo
  local log; log=$(mktemp)
  { $sudo apt-get update -q && $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing; } \
    >"$log" 2>&1 || { tail -n 20 "$log" >&2; rm -f "$log"; return 1; }
  rm -f "$log"
}

# build_program [TARGET]: build/motcua and the unit tests, or one of them; quiet unless something is wrong.
build_program() {
  [ -e build/build.ninja ] || meson setup build >/dev/null || { meson setup build; return 1; }
  local log; log=$(mktemp)
  ninja -C build "$@" >"$log" 2>&1 || { cat "$log" >&2; rm -f "$log"; return 1; }
  rm -f "$log"
}

# test_tools: the npm packages of the tests, at their locked versions.
test_tools() {
  [ tests/node_modules/.package-lock.json -nt tests/package-lock.json ] && return 0
  echo 'Installing the npm packages of the tests'
  (cd tests && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error) && touch tests/node_modules/.package-lock.json
}
