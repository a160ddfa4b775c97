// The few sentences that scripts say, in the language of the page.
const WORDS = {
  vi: {
    copy: 'Sao chép', copied: 'Đã sao chép', ok: 'Đồng ý', cancel: 'Quay lại', saved: 'Đã lưu lúc {0}',
    unsaved: 'Chưa lưu được, sẽ thử lại. Bạn cứ điền tiếp.', saving: 'Đang lưu…', left: 'Còn {0} ký tự', over: 'Thừa {0} ký tự',
    found: '{0} gợi ý', none: 'Không có gợi ý', keys: 'Phím tắt', down: 'Hàng dưới', up: 'Hàng trên', open: 'Mở hồ sơ',
    search: 'Ô tìm kiếm', help: 'Danh sách này', close: 'Đóng', sending: 'Đang gửi {0}%', retry: 'Gửi lại',
    failed: 'Chưa gửi được. Hãy kiểm tra mạng rồi bấm gửi lại.', remove: 'Bỏ tệp này', big: 'Tệp lớn hơn {0} MB',
    waiting: 'Mất kết nối, sẽ tự gửi tiếp khi có mạng', queued: 'Đang chờ gửi', here: 'Đã tải lên', again: 'Thử lại', camera: 'Chụp ảnh',
    ends: 'Phiên đăng nhập sắp kết thúc vì lâu không dùng. Những gì chưa lưu sẽ mất.', stay: 'Tiếp tục làm việc',
    chooseAgain: 'Chưa tải xong: hãy chọn lại đúng tệp này để gửi tiếp',
    keyWait: 'Hãy làm theo trình duyệt…', keyNo: 'Bạn đã thôi hoặc đã quá lâu. Hãy thử lại.', keyKnown: 'Khóa này đã được đăng ký rồi. Hãy dùng khóa khác.',
    keyNone: 'Trình duyệt này không dùng được khóa bảo mật.', keyFailed: 'Khóa không dùng được ở đây. Hãy thử khóa hoặc trình duyệt khác.',
  },
  en: {
    copy: 'Copy', copied: 'Copied', ok: 'Continue', cancel: 'Go back', saved: 'Saved at {0}',
    unsaved: 'Not saved yet, trying again. You can go on filling in.', saving: 'Saving…', left: '{0} characters left',
    over: '{0} characters too many', found: '{0} suggestions', none: 'No suggestions', keys: 'Keyboard shortcuts',
    down: 'Next row', up: 'Previous row', open: 'Open the dossier', search: 'Search box', help: 'This list', close: 'Close',
    sending: 'Sending {0}%', retry: 'Send again', failed: 'Not sent. Check your connection, then send again.',
    remove: 'Remove this file', big: 'The file is larger than {0} MB',
    waiting: 'Connection lost; it goes on by itself', queued: 'Waiting to be sent', here: 'Uploaded', again: 'Try again', camera: 'Take a photo',
    ends: 'You have been away for long and will be signed out soon. What is not saved will be lost.', stay: 'Go on working',
    chooseAgain: 'Not finished: choose the same file again to go on',
    keyWait: 'Follow what your browser says…', keyNo: 'You stopped, or it took too long. Try again.',
    keyKnown: 'This key is registered already. Use another one.', keyNone: 'This browser cannot use security keys.',
    keyFailed: 'The key cannot be used here. Try another key or browser.',
  },
};

export const say = (word, value) =>
  (WORDS[document.documentElement.lang] ?? WORDS.vi)[word].replace('{0}', value);

/** An element with attributes and children; text is never parsed as markup. */
export function make(tag, attributes = {}, ...children) {
  const e = document.createElement(tag);
  for (const [k, v] of Object.entries(attributes)) e.setAttribute(k, v);
  e.append(...children);
  return e;
}

export const all = (selector, root = document) => [...root.querySelectorAll(selector)];
