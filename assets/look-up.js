/* The look-up's form says which service it takes a handle for; the server decides, and without this file too. */
(function () {
  var form = document.querySelector("[data-look-up]");
  if (!form) {
    return;
  }
  var handle = form.elements.handle;
  var services = Array.from(form.elements.service.options);
  var any = services.shift();
  var button = form.querySelector("button");
  var texts = { any: any.text, button: button.textContent };

  function fitting(pattern, text) {
    return services.find(function (option) {
      var parts = JSON.parse(option.dataset[pattern]);
      return new RegExp("^(?:" + parts[0] + ")$", parts[1]).test(text);
    });
  }

  // as the server does, by the same patterns
  function recognised(text) {
    return (fitting("onlyHere", text) || fitting("form", text) || services[0]).text;
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
