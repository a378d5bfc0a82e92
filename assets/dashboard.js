/* What the dashboard does in the browser: loads our build of plotly.js, keeps choices in the address, saves pictures. */
(function () {
  var QUERY = { "people-list": "people", "graph-list": "graph", "timeline-unit": "unit", "account-choice": "account" };
  var plotly = document.currentScript.dataset.plotly;
  var grid = "people-grid";

  // Dash reads this name just before it loads plotly.js
  Object.defineProperty(window, "_dashPlotlyJSURL", {
    get: function () {
      return plotly;
    },
    set: function () {},
  });

  // A session that has ended: callbacks get a 401, the person gets the sign-in page
  var fetched = window.fetch;
  window.fetch = function () {
    return fetched.apply(this, arguments).then(function (response) {
      if (response.status === 401 && response.url.indexOf("/_dash-") > 0) {
        location.assign("/signin?next=" + encodeURIComponent(location.pathname + location.search));
      }
      return response;
    });
  };

  function go(address) {
    history.pushState({}, "", address);
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
  }

  function stay(link) {
    var from = new URL(link.href);
    var to = new URL(location.href);
    link.dataset.stay.split(",").forEach(function (name) {
      to.searchParams.set(name, from.searchParams.get(name));
    });
    go(to.href);
  }

  function safe(text) {
    return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
  }

  // The picture is drawn anew: with its title, and on the page's colour instead of nothing
  function save(button) {
    var drawn = button.closest(".sg-chart").querySelector(".js-plotly-plot");
    var style = getComputedStyle(document.documentElement);
    var wide = drawn.offsetWidth > 700;
    var height = Math.max(drawn.offsetHeight, 240) + 70;
    var margin = Object.assign({}, drawn.layout.margin, { t: 90, l: 30, r: 30, b: 30 });
    var layout = Object.assign({}, drawn.layout, {
      paper_bgcolor: style.getPropertyValue("--sg-surface").trim(),
      margin: margin,
      height: height,
      title: { text: safe(button.dataset.title), x: 0, xref: "paper", y: 1, yref: "container", yanchor: "top", pad: { t: 18 }, font: { size: 18 } },
    });
    return window.Plotly.downloadImage(
      { data: drawn.data, layout: layout, config: {} },
      { format: button.dataset.image, filename: button.dataset.name, width: wide ? 1200 : 800, height: height, scale: 2 }
    );
  }

  function pick(button) {
    var person = button.dataset.person ? Number(button.dataset.person) : null;
    window.dash_clientside.set_props("graph-pick", { data: { person: person, at: Date.now() } });
  }

  document.addEventListener("themechange", function () {
    location.reload(); // charts are drawn on the server, in its colours
  });

  document.addEventListener("click", function (event) {
    var target = event.target.closest ? event.target.closest("[data-stay], [data-image], [data-person]") : null;
    if (!target || event.defaultPrevented || event.button) {
      return;
    }
    if (target.dataset.image) {
      save(target);
    } else if (target.dataset.person !== undefined) {
      pick(target);
    } else if (!(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey)) {
      event.preventDefault();
      stay(target);
    }
  });

  // A tap outside folds an open menu away, as does Escape
  function fold(event) {
    Array.prototype.forEach.call(document.querySelectorAll("details.sg-dropdown[open]"), function (menu) {
      if (event.type === "keydown" || !menu.contains(event.target)) {
        menu.open = false;
      }
    });
  }
  document.addEventListener("click", fold);
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape") {
      fold(event);
    }
  });

  window.dash_clientside = Object.assign(window.dash_clientside || {}, {
    sociogram: {
      remember: function (value, id) {
        var to = new URL(location.href);
        if (!value || to.searchParams.get(QUERY[id]) === value) {
          return;
        }
        to.searchParams.set(QUERY[id], value);
        if (id === "account-choice") {
          to.searchParams.delete("people");
          to.searchParams.delete("graph");
          go(to.href);
        } else {
          history.replaceState(history.state, "", to.href);
        }
      },
      searchPeople: function () {
        var api = window.dash_ag_grid && window.dash_ag_grid.getApi(grid);
        if (api) {
          api.purgeInfiniteCache();
        }
      },
    },
  });

  window.dashAgGridComponentFunctions = Object.assign(window.dashAgGridComponentFunctions || {}, {
    PersonLink: function (props) {
      if (!props.data || !props.data.url) {
        return props.value || null;
      }
      var link = { href: props.data.url, target: "_blank", rel: "noopener nofollow" };
      return window.React.createElement("a", link, props.value);
    },
  });
})();
