/* The look-up's form says which service it takes a handle for; the server decides, and without this file too. */
(function () {
  var form = document.querySelector("[data-look-up]");
  if (!form) {
    return;
  }
  var handle = form.elements.handle;
  var any = form.elements.service.options[0];
  var button = form.querySelector("button");
  var texts = { any: any.text, button: button.textContent };

  function recognised(text) {
    if (/^(https?:\/\/)?(www\.)?github\.com\//i.test(text)) {
      return "GitHub";
    }
    if (/^(did:|at:\/\/|(https?:\/\/)?bsky\.app\/profile\/)/.test(text)) {
      return "Bluesky";
    }
    if (text.replace(/^@+/, "").indexOf("@") !== -1 || /^https?:\/\/[^/]+\/users\//i.test(text)) {
      return "Mastodon";
    }
    return text.indexOf(".") !== -1 ? "Bluesky" : "GitHub";
  }

  function show() {
    var text = handle.value.trim();
    any.text = /[^@]/.test(text) ? "Looks like " + recognised(text) : texts.any;
  }

  function wait(waiting) {
    button.textContent = waiting ? "Looking…" : texts.button;
    button.disabled = waiting;
  }

  handle.addEventListener("input", show);
  form.addEventListener("submit", function () {
    wait(true);
  });
  // a page that comes back from the browser's memory is ready again
  window.addEventListener("pageshow", function () {
    wait(false);
    show();
  });
  show();
})();
