/* What the dashboard does in the browser: keeps choices in the address, saves pictures. */
(function () {
  var QUERY = {
    "people-list": "people",
    "people-class": "class",
    "graph-list": "graph",
    "graph-size": "size",
    "graph-colour": "colour",
    "graph-shown": "show",
    "graph-ties": "ties",
    "graph-chosen": "person",
    "timeline-unit": "unit",
    "account-choice": "account",
    "change-what": "what",
    "change-relation": "relation",
    "crosscheck-list": "list",
    "crosscheck-where": "where",
  };
  // Dash asks for these when all its scripts have run: by then they are there, and the page is in the first of them
  var asked = {
    "/dashboard/_dash-layout": fetch("/dashboard/_dash-layout", { headers: { "X-Opened-Page": location.pathname + location.search } }),
    "/dashboard/_dash-dependencies": fetch(document.currentScript.dataset.dependencies),
  };
  var fetched = window.fetch;
  window.fetch = function (resource) {
    var answer = asked[resource];
    delete asked[resource];
    return answer || fetched.apply(this, arguments);
  };

  function go(address) {
    var chooser = document.activeElement && document.activeElement.closest(".sg-periods, .sg-compare");
    if (chooser) {
      keepFocus(chooser);
    }
    history.pushState({}, "", address);
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
  }

  // Who chose the days by the keyboard goes on from there when the page has been drawn anew
  function keepFocus(chooser) {
    new MutationObserver(function (_changes, watch) {
      var places = [".sg-periods [open] input", '.sg-periods [aria-current="true"]', ".sg-compare button"];
      var found = places.map(function (place) {
        return document.querySelector(place);
      });
      if ((found[1] || found[2]) && !chooser.isConnected) {
        watch.disconnect();
        (found[0] || found[1] || found[2]).focus({ preventScroll: true });
      }
    }).observe(document.body, { childList: true, subtree: true });
  }

  // What is gone to may be folded on a phone
  function unfold(part) {
    Array.prototype.forEach.call((part.closest(".sg-card") || part).querySelectorAll(".sg-fold"), function (fold) {
      fold.open = true;
    });
  }

  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest('a[href*="#chart-"]');
    var part = link && document.getElementById(link.hash.slice(1));
    if (part) {
      unfold(part);
    }
  });

  // A link to a part of another page arrives before the part does, and before what stands above has its height
  if (location.hash) {
    var arriving = new ResizeObserver(function () {
      var part = document.getElementById(location.hash.slice(1));
      if (part) {
        unfold(part);
        part.scrollIntoView();
      }
    });
    var arrived = arriving.disconnect.bind(arriving);
    arriving.observe(document.documentElement);
    ["wheel", "touchstart", "mousedown", "keydown"].forEach(function (moved) {
      addEventListener(moved, arrived, { once: true, passive: true });
    });
    setTimeout(arrived, 10000);
  }

  function stay(link) {
    var from = new URL(link.href);
    var to = new URL(location.href);
    link.dataset.stay.split(",").forEach(function (name) {
      if (from.searchParams.has(name)) {
        to.searchParams.set(name, from.searchParams.get(name));
      } else {
        to.searchParams.delete(name);
      }
    });
    go(to.href);
  }

  // ---- a range of days: by two fields, or dragged on a chart over time

  var DAY = 86400000;
  var held = false;
  var dragged = null;

  function showDays(first, last) {
    var to = new URL(location.href);
    to.searchParams.set("from", first);
    to.searchParams.set("to", last);
    go(to.href);
  }

  function time(x) {
    return typeof x === "number" ? x : Date.parse(x.length > 10 ? x.replace(" ", "T") + "Z" : x);
  }

  function after(start, length) {
    var at = new Date(start);
    return length === "M1" ? at.setUTCMonth(at.getUTCMonth() + 1) : start + length;
  }

  // The bars whose middle lies in what was dragged, else the one around it, as the days that they stand for
  function barDays(drawn, left, right) {
    var starts = {};
    drawn.data.forEach(function (trace) {
      (trace.x || []).forEach(function (x) {
        starts[time(x)] = after(time(x), trace.xperiod);
      });
    });
    var bars = Object.keys(starts).map(Number).sort(function (a, b) {
      return a - b;
    });
    var inside = bars.filter(function (start) {
      var middle = (start + starts[start]) / 2;
      return left <= middle && middle <= right;
    });
    if (!inside.length) {
      inside = bars.filter(function (start) {
        return start <= (left + right) / 2 && (left + right) / 2 < starts[start];
      });
    }
    return inside.length ? [inside[0], starts[inside[inside.length - 1]] - DAY].map(function (at) {
      return new Date(at).toISOString().slice(0, 10);
    }) : null;
  }

  function settle() {
    clearTimeout(settle.soon);
    settle.soon = setTimeout(function () {
      var shown = document.querySelector(".sg-range");
      if (held || !dragged || !shown) {
        return;
      }
      var first = dragged[0] < shown.dataset.first ? shown.dataset.first : dragged[0];
      var last = dragged[1] > shown.dataset.last ? shown.dataset.last : dragged[1];
      dragged = null;
      if (first <= last && (first !== shown.dataset.first || last !== shown.dataset.last)) {
        showDays(first, last);
      }
    }, 200);
  }

  document.addEventListener("pointerdown", function () {
    held = true;
  }, true);
  ["pointerup", "pointercancel"].forEach(function (name) {
    document.addEventListener(name, function () {
      held = false;
      settle();
    }, true);
  });

  // A mouse drags over the bars; a finger there scrolls the page, and drags the slider below
  document.addEventListener("pointerover", function (event) {
    var drawn = event.pointerType === "mouse" && event.target.closest && event.target.closest(".js-plotly-plot");
    var follows = drawn && drawn.closest('[id*=\'"chart":"timeline"\'], [id*=\'"chart":"overview"\']');
    if (follows && drawn.layout && !drawn.layout.dragmode && !held) {
      window.Plotly.relayout(drawn, { dragmode: "zoom" });
    }
  });

  // Of each side the account, and its period or the two days
  function compare(form) {
    var to = new URL(location.href);
    ["left", "right"].forEach(function (side) {
      var period = form.elements[side + "_period"].value;
      to.searchParams.set(side, form.elements[side].value);
      ["period", "from", "to"].forEach(function (name) {
        var field = side + "_" + name;
        if ((name === "period") === (period !== "days")) {
          to.searchParams.set(field, form.elements[field].value);
        } else {
          to.searchParams.delete(field);
        }
      });
    });
    go(to.href);
  }

  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.classList.contains("sg-compare")) {
      event.preventDefault();
      compare(form);
    }
    if (form.classList.contains("sg-range")) {
      event.preventDefault();
      showDays(form.elements.from.value, form.elements.to.value);
      form.parentElement.open = false;
    }
  });

  function safe(text) {
    return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
  }

  function words(place) {
    var found = document.querySelector(place);
    return found ? found.textContent : "";
  }

  // Whose picture it is, of which days, and where its data comes from: as the page says it
  function about(isDated) {
    var account = [words(".sg-head h1"), words(".sg-head .sg-address > :first-child"), words(".sg-head .sg-service")];
    var lines = [
      [Array.from(new Set(account.filter(Boolean))).join(", "), isDated && words(".sg-periods > .sg-remark")],
      [words(".sg-source") || words("p.sg-on-paper"), "Sociogram"],
    ];
    return lines.map(function (line) {
      return line.filter(Boolean).join(" · ").replace(". ·", " ·");
    });
  }

  // A line of text as lines that are no wider than that
  function wrapped(line, font, width) {
    var ruler = document.createElement("canvas").getContext("2d");
    ruler.font = font;
    return line.split(/\s+/).filter(Boolean).reduce(function (lines, word) {
      var longer = lines.length ? lines[lines.length - 1] + " " + word : word;
      var fits = lines.length && ruler.measureText(longer).width <= width;
      return fits ? lines.slice(0, -1).concat(longer) : lines.concat(word);
    }, []);
  }

  // The legend of a graph stands below it, as buttons
  function meanings(card) {
    return Array.prototype.map.call(card.querySelectorAll(".sg-meaning"), function (meaning) {
      return {
        type: "scatter",
        mode: "markers",
        x: [null],
        y: [null],
        name: safe(meaning.textContent),
        marker: { color: getComputedStyle(meaning.querySelector(".sg-dot")).backgroundColor, size: 10 },
        showlegend: true,
      };
    });
  }

  function unnamed(trace) {
    return Object.assign({}, trace, { showlegend: false });
  }

  // The picture is drawn anew: with its title, and on the page's colour instead of nothing
  function save(button) {
    var small = button.closest("[data-figure]"); // its bars are buttons, and the picture of them stands beside
    var drawn = small ? JSON.parse(small.dataset.figure) : button.closest(".sg-chart").querySelector(".js-plotly-plot");
    var called = drawn.layout.meta || button.dataset; // of a graph, which list is drawn
    var style = getComputedStyle(document.documentElement);
    var wide = drawn.offsetWidth > 700, width = wide ? 1200 : 800, side = 30;
    var font = "12px " + drawn.layout.template.layout.font.family;
    var lines = about(button.dataset.dated === "true").flatMap(function (line) {
      return wrapped(line, font, width - 2 * side).map(safe);
    });
    var legend = meanings(button.closest(".sg-chart"));
    var named = drawn.layout.showlegend === false ? [] : drawn.data.filter(function (trace) {
      return trace.showlegend !== false && trace.visible !== false;
    });
    var rows = function (entries) {
      return Math.ceil(entries.length / (wide ? 3 : 2));
    };
    var above = 110 + 16 * Math.max(lines.length - 2, 0) + 20 * Math.max(rows(named), 1), below = 30 + 22 * rows(legend);
    var height = (small ? drawn.layout.height : Math.max(drawn.offsetHeight, 240)) + above + below - 50;
    var margin = Object.assign({}, drawn.layout.margin, { t: above, l: side, r: side, b: below });
    var layout = Object.assign({}, drawn.layout, {
      paper_bgcolor: style.getPropertyValue("--sg-surface").trim(),
      margin: margin,
      height: height,
      title: { text: safe(called.title), subtitle: { text: lines.join("<br>"), font: { size: 12 } }, x: side / width, xref: "container", xanchor: "left", y: 1, yref: "container", yanchor: "top", pad: { t: 18 }, font: { size: 18 } },
    });
    if (legend.length) {
      Object.assign(layout, { showlegend: true, legend: { orientation: "h", x: 0, y: 0, yanchor: "top" } });
    }
    if (layout.xaxis && layout.xaxis.rangeslider) {
      layout.xaxis = Object.assign({}, layout.xaxis, { rangeslider: { visible: false } });
    }
    return window.Plotly.downloadImage(
      { data: legend.length ? drawn.data.map(unnamed).concat(legend) : drawn.data, layout: layout, config: {} },
      { format: button.dataset.image, filename: called.name, width: width, height: height, scale: 2 }
    );
  }

  // Of a name that is cut off, the pointer shows the whole
  document.addEventListener("mouseover", function (event) {
    var cut = event.target.closest && event.target.closest(".sg-bar-label, .sg-relation-who, .sg-row-name strong, .sg-pick, h1, h3");
    if (cut && !cut.title && (cut.scrollWidth > cut.clientWidth || cut.scrollHeight > cut.clientHeight + 2)) {
      cut.title = cut.textContent;
    }
  });

  // A drawing of the server as a PNG of its size
  function saveCard(button) {
    var drawing = new Image();
    drawing.onload = function () {
      var canvas = document.createElement("canvas");
      canvas.width = drawing.naturalWidth;
      canvas.height = drawing.naturalHeight;
      canvas.getContext("2d").drawImage(drawing, 0, 0);
      var link = document.createElement("a");
      link.href = canvas.toDataURL("image/png");
      link.download = button.dataset.name + ".png";
      link.click();
    };
    drawing.onerror = function () {
      window.failed("The card could not be drawn.");
    };
    drawing.src = button.dataset.card;
  }

  // ---- on paper: charts are drawn as wide as it; a graph, whose names have their places, is scaled by print.css

  var PAPER = 680; // pixels between the margins of A4; Letter has a little more

  function fit(size, isScreen) {
    Array.prototype.forEach.call(document.querySelectorAll(".js-plotly-plot"), function (plot) {
      var graph = plot.closest(".sg-keys");
      var change = size(plot);
      if (graph) {
        graph.style.setProperty("--sg-fit", PAPER / plot.offsetWidth);
        graph.style.setProperty("--sg-height", plot.offsetHeight + "px");
        return;
      }
      if (plot.layout.xaxis && plot.layout.xaxis.rangeslider) {
        change["xaxis.rangeslider.visible"] = isScreen;
      }
      window.Plotly.relayout(plot, change);
    });
  }

  function print() {
    window.sight.drawn(document).then(function () {
      window.print();
    });
  }

  document.addEventListener("keydown", function (event) {
    if ((event.ctrlKey || event.metaKey) && event.key === "p") {
      event.preventDefault();
      print();
    }
  });

  window.addEventListener("beforeprint", function () {
    window.sight.drawn(document); // by the browser's menu it does not wait for them; the next time they are there
    fit(function (plot) {
      return { width: PAPER, height: plot.offsetHeight };
    }, false);
  });
  window.addEventListener("afterprint", function () {
    fit(function () {
      return { width: null, height: null, autosize: true };
    }, true);
  });

  // A bar of the audience narrows the list of people to its class; once more, and the whole list is there again
  function choose(bar) {
    var chosen = bar.getAttribute("aria-pressed") === "true" ? null : JSON.parse(bar.dataset.audience);
    window.dash_clientside.set_props("people-class", { data: chosen });
  }

  function same(bar, chosen) {
    var of = JSON.parse(bar.dataset.audience);
    return Boolean(chosen) && of.measure === chosen.measure && of.name === chosen.name && of.list === chosen.list;
  }

  function mark(chosen) {
    Array.prototype.forEach.call(document.querySelectorAll("[data-audience]"), function (bar) {
      bar.setAttribute("aria-pressed", String(same(bar, chosen)));
    });
  }

  // A row of a chart's table shows the posts of its day, week or month: as no trace of the chart, so all of them
  function read(button) {
    var place = document.getElementById(button.dataset.behind + "-behind");
    new MutationObserver(function (_changes, watch) {
      watch.disconnect();
      place.querySelector("summary").focus();
    }).observe(place, { childList: true });
    window.dash_clientside.set_props(
      { type: "chart", chart: button.dataset.behind },
      { clickData: { points: [{ curveNumber: 99, x: button.dataset.start }], at: Date.now() } }
    );
  }

  // Of a grid that is drawn: until it was near there is none, and asking for it fails
  function apiOf(grid) {
    try {
      return window.dash_ag_grid.getApi(grid);
    } catch (_undrawn) {
      return null;
    }
  }

  function purge(grid) {
    var api = apiOf(grid);
    if (api) {
      if (api.getDisplayedRowCount()) {
        api.ensureIndexVisible(0);
      }
      api.purgeInfiniteCache();
    }
  }

  document.addEventListener("themechange", function () {
    location.reload(); // charts are drawn on the server, in its colours
  });

  document.addEventListener("click", function (event) {
    if (event.target.closest && event.target.closest("#people-class-chip")) {
      window.dash_clientside.set_props("people-class", { data: null });
      return;
    }
    var target = event.target.closest ? event.target.closest("[data-stay], [data-image], [data-card], [data-audience], [data-behind], [data-print]") : null;
    if (!target || event.defaultPrevented || event.button) {
      return;
    }
    if (target.dataset.image) {
      window.sight.drawn(target.closest(".sg-chart")).then(function () {
        return window.sight.fetched("plotly"); // no chart may have needed it yet
      }).then(save.bind(null, target));
    } else if (target.dataset.behind) {
      read(target);
    } else if (target.dataset.card) {
      saveCard(target);
    } else if (target.dataset.print) {
      print();
    } else if (target.dataset.audience !== undefined) {
      choose(target);
    } else if (!(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey)) {
      event.preventDefault();
      stay(target);
    }
  });

  // Within a grid the keys go from cell to cell: Enter on a cell follows its link, or goes to the first of several,
  // from which Tab goes to the next
  document.addEventListener("keydown", function (event) {
    var cell = event.target.closest && event.target.closest(".ag-cell, .ag-full-width-row");
    var links = Array.from(cell ? cell.querySelectorAll("a") : []);
    var next = links[links.indexOf(event.target) + 1];
    if (event.key === "Enter" && event.target === cell && next) {
      event.stopPropagation();
      event.preventDefault(); // else the link that has the focus now would take it too
      next[links.length > 1 ? "focus" : "click"]();
    } else if (event.key === "Tab" && event.target !== cell && next && !event.shiftKey) {
      event.stopPropagation();
      event.preventDefault();
      next.focus();
    }
  }, true);

  // The parts of the page, as their headings say them
  document.addEventListener("toggle", function (event) {
    var menu = event.target;
    if (!menu.open || !menu.classList.contains("sg-jump")) {
      return;
    }
    var parts = Array.from(document.querySelectorAll("#_pages_content h2:not(.sg-import-title)")).map(function (heading) {
      var item = document.createElement("li"), button = document.createElement("button");
      button.className = "sg-pick";
      button.textContent = heading.textContent;
      button.addEventListener("click", function () {
        menu.open = false;
        unfold(heading);
        heading.scrollIntoView();
        heading.tabIndex = -1;
        heading.focus({ preventScroll: true });
      });
      item.append(button);
      return item;
    });
    menu.querySelector("ul").replaceChildren(...parts);
  }, true);

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

  // ---- on a phone a row of a grid is a card

  var narrow = matchMedia("(max-width: 40rem)");
  var grids = {}; // by id, as they came: their columns and options

  function isAccount(column) {
    return column.cellRenderer === "CrosscheckCell";
  }

  function cardHeight(columns) {
    return 16 + 21 * (columns.length + columns.filter(isAccount).length); // of an account: who, and how
  }

  function optionsOf(id) {
    var came = grids[id];
    return Object.assign({}, came.options, narrow.matches ? { rowHeight: cardHeight(came.columns) } : {});
  }

  // Who turns the phone or enlarges the page sees the other
  narrow.addEventListener("change", function () {
    Array.prototype.forEach.call(document.querySelectorAll(".sg-row-grid"), function (grid) {
      var api = apiOf(grid.id), options = optionsOf(grid.id);
      if (api) {
        api.setGridOption("rowHeight", options.rowHeight);
        api.redrawRows();
      } else {
        window.dash_clientside.set_props(grid.id, { dashGridOptions: options });
      }
    });
  });

  function term(props, column) {
    var make = window.React.createElement, value = props.data[column.field];
    if (value === undefined || value === null || column.field === "name" || column.field === "handle") {
      return null;
    }
    var shown = isAccount(column) ? make(window.dashAgGridComponentFunctions.CrosscheckCell, { value: value }) : value;
    return make("div", { key: column.field }, make("dt", null, column.headerName), make("dd", null, shown));
  }

  window.dashAgGridFunctions = Object.assign(window.dashAgGridFunctions || {}, {
    isNarrow: function () {
      return narrow.matches;
    },
  });

  window.dash_clientside = Object.assign(window.dash_clientside || {}, {
    sociogram: {
      remember: function (value, id) {
        var to = new URL(location.href);
        var chosen = String(value || "");
        if ((to.searchParams.get(QUERY[id]) || "") === chosen) {
          return;
        }
        if (chosen) {
          to.searchParams.set(QUERY[id], chosen);
        } else {
          to.searchParams.delete(QUERY[id]);
        }
        if (id === "timeline-unit") { // the files are of the unit that is drawn
          Array.prototype.forEach.call(document.querySelectorAll('a.sg-download[href*="unit="]'), function (link) {
            link.href = link.href.replace(/unit=\w*/, "unit=" + chosen);
          });
        }
        if (id === "account-choice") {
          to.searchParams.delete("people");
          to.searchParams.delete("class");
          to.searchParams.delete("graph");
          to.searchParams.delete("person");
          to.searchParams.delete("what");
          to.searchParams.delete("relation");
          go(to.href);
        } else {
          history.replaceState(history.state, "", to.href);
        }
      },
      // Which days were dragged; they are the page's when the mouse or the finger lets go
      drag: function (moved, id) {
        var range = moved && (moved["xaxis.range"] || (moved["xaxis.range[0]"] && [moved["xaxis.range[0]"], moved["xaxis.range[1]"]]));
        var box = document.getElementById(JSON.stringify(id, Object.keys(id).sort()));
        if (range && box) {
          dragged = barDays(box.querySelector(".js-plotly-plot"), time(range[0]), time(range[1]));
          settle();
        }
      },
      // A grid asks anew, from its first row; its id is what comes last
      refresh: function () {
        purge(arguments[arguments.length - 1]);
      },
      narrowPeople: function (chosen, list) {
        var chip = document.getElementById("people-class-chip");
        var before = document.querySelector("[data-audience][aria-pressed=true]");
        var shown = [chosen ? chosen.title : "", !chosen];
        mark(chosen);
        var named = chosen ? chosen.measure + ":" + chosen.name : "";
        if (named === (new URL(location.href).searchParams.get(QUERY["people-class"]) || "")) {
          return shown; // as the page came
        }
        window.dash_clientside.sociogram.remember(named, "people-class");
        if (chosen && chosen.list !== list) {
          window.dash_clientside.set_props("people-list", { value: chosen.list }); // its grid asks for rows anew
        } else {
          purge("people-grid");
        }
        if (chosen) {
          setTimeout(function () {
            chip.closest("section").scrollIntoView({ block: "start" });
            chip.focus({ preventScroll: true });
          });
        } else if (before && document.activeElement === chip) {
          before.focus();
        }
        return shown;
      },
      makeRoomForCards: function (id, columns, options) {
        grids[id] = { columns: columns, options: options };
        return narrow.matches ? optionsOf(id) : window.dash_clientside.no_update;
      },
      markClass: function (_drawn, chosen) {
        setTimeout(mark, 0, chosen);
      },
    },
  });

  window.dashAgGridComponentFunctions = Object.assign(window.dashAgGridComponentFunctions || {}, {
    PersonLink: function (props) {
      if (!props.data || !props.data.url) {
        return props.value || null;
      }
      var link = { href: props.data.url, target: "_blank", rel: "noopener nofollow", tabIndex: -1 }; // Enter on the cell follows it
      return window.React.createElement("a", link, props.value);
    },
    RowCard: function (props) {
      var make = window.React.createElement, told = props.data;
      if (!told) {
        return make("div", { role: "gridcell" });
      }
      var columns = props.api.getAllGridColumns().map(function (column) {
        return column.getColDef();
      });
      var handle = told.handle ? window.dashAgGridComponentFunctions.PersonLink({ data: told, value: told.handle }) : null;
      return make(
        "div",
        { className: "sg-row-card", role: "gridcell" },
        make("strong", null, told.name),
        make("span", { className: "sg-row-handle" }, handle),
        make("dl", null, columns.map(term.bind(null, props)))
      );
    },
    ChangeKind: function (props) {
      return props.data ? window.React.createElement("span", { className: "sg-" + props.data.kind }, props.value) : null;
    },
  });
})();
