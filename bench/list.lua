-- wrk: the page with the session of WRK_COOKIE.
wrk.headers["Cookie"] = os.getenv("WRK_COOKIE")
