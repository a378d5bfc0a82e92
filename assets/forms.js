/* Small comforts of forms; all of them work without it. */
(function () {
  function each(selector, act) {
    Array.prototype.forEach.call(document.querySelectorAll(selector), act);
  }

  each("input[data-time-zone]", function (input) {
    try {
      input.value = Intl.DateTimeFormat().resolvedOptions().timeZone || "";
    } catch (error) {
      input.value = "";
    }
  });

  each("[data-reveal]", function (button) {
    var input = document.getElementById(button.dataset.reveal);
    button.hidden = false;
    button.addEventListener("click", function () {
      var shown = input.type === "text";
      input.type = shown ? "password" : "text";
      button.textContent = shown ? "Show" : "Hide";
      button.setAttribute("aria-label", (shown ? "Show" : "Hide") + " password");
    });
  });

  each("[data-copy]", function (button) {
    if (!navigator.clipboard) {
      return; // without https; the link can be marked by hand
    }
    button.hidden = false;
    button.addEventListener("click", function () {
      navigator.clipboard.writeText(document.getElementById(button.dataset.copy).value).then(function () {
        button.textContent = "Copied";
      });
    });
  });

  // a second click would send the form twice; a page that comes back from the browser's memory is ready again
  each("form[method=post]:not([data-upload])", function (form) {
    form.addEventListener("submit", function (event) {
      if (form.dataset.sent) {
        event.preventDefault();
      }
      form.dataset.sent = "yes";
      each(".sg-reveal", function (button) {
        document.getElementById(button.dataset.reveal).type = "password";
      });
    });
  });
  window.addEventListener("pageshow", function () {
    each("form[data-sent]", function (form) {
      delete form.dataset.sent;
    });
  });
})();
