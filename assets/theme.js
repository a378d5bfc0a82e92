/* Light or dark before anything is drawn. `data-theme` on <html> is the choice: light, dark, or auto for the system's.
   Any button with `data-theme-toggle` switches; who draws charts listens to the event "themechange" on document. */
(function () {
  var root = document.documentElement;
  var system = window.matchMedia("(prefers-color-scheme: dark)");

  function show(theme) {
    var changed = root.dataset.bsTheme !== theme;
    root.dataset.bsTheme = theme;
    if (changed) {
      document.dispatchEvent(new CustomEvent("themechange", { detail: theme }));
    }
  }

  function keep(value) {
    var secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = "theme=" + value + "; Path=/; Max-Age=31536000; SameSite=Lax" + secure;
  }

  function kept() {
    var found = document.cookie.match(/(?:^|; )theme=([a-z-]+)/);
    return found ? found[1] : "";
  }

  function follow() {
    if (root.dataset.theme !== "light" && root.dataset.theme !== "dark") {
      var theme = system.matches ? "dark" : "light";
      if (kept() !== "auto-" + theme) {
        keep("auto-" + theme);
      }
      show(theme);
    }
  }

  function toggle() {
    var theme = root.dataset.bsTheme === "dark" ? "light" : "dark";
    root.dataset.theme = theme;
    keep(theme);
    show(theme);
  }

  follow();
  system.addEventListener("change", follow);
  document.addEventListener("click", function (event) {
    if (event.target.closest && event.target.closest("[data-theme-toggle]")) {
      toggle();
    }
  });
  // Paper is light; `data-printed` tells in which theme the charts were drawn
  window.addEventListener("beforeprint", function () {
    root.dataset.printed = root.dataset.bsTheme;
    root.dataset.bsTheme = "light";
  });
  window.addEventListener("afterprint", function () {
    root.dataset.bsTheme = root.dataset.printed;
  });
  window.addEventListener("pageshow", function (event) {
    if (event.persisted && /^(light|dark)$/.test(kept())) {
      root.dataset.theme = kept();
      show(kept());
    }
  });
})();
