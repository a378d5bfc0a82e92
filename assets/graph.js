/* The graph in the browser: how much room it has, what is in view, full screen, and the keys that go from person to
   neighbour. It is drawn, and names are placed, by the server. */
(function () {
  var CONE = 1; // as far aside as ahead: a neighbour there lies in that direction
  var AHEAD = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
  var told = {};
  var watched = null;

  function frame() {
    return document.getElementById('{"chart":"graph","type":"chart"}');
  }

  function drawing() {
    var box = frame();
    return box && box.querySelector(".js-plotly-plot");
  }

  function set(name, data) {
    window.dash_clientside.set_props(name, { data: data });
  }

  function look(choice) {
    set("graph-pick", Object.assign({ at: Date.now() }, choice));
  }

  // ---- room

  function room() {
    var box = frame().getBoundingClientRect();
    // no height yet while plotly.js loads: then as its style will have it
    var height = box.height || Math.min(Math.max(352, 0.95 * innerWidth), 620);
    return { width: Math.round(box.width), height: Math.round(height) };
  }

  var watch = new ResizeObserver(function () {
    clearTimeout(watch.soon);
    watch.soon = setTimeout(function () {
      var now = frame() && room();
      if (now && now.width && (now.width !== told.width || now.height !== told.height)) {
        Object.assign(told, now);
        set("graph-room", now);
      }
    }, 300);
  });

  // ---- who is looked at

  function trace(name) {
    var drawn = drawing();
    return ((drawn && drawn._fullData) || []).find(function (one) {
      return one.name === name && one.visible === true;
    });
  }

  function seen(x, y) {
    var layout = drawing()._fullLayout;
    var across = layout.xaxis.range, along = layout.yaxis.range;
    return x >= across[0] && x <= across[1] && y >= along[0] && y <= along[1];
  }

  function around(range, value) {
    var half = (range[1] - range[0]) / 2;
    return [value - half, value + half];
  }

  // Who is chosen stands in view, once they are drawn
  function bring(person, tries) {
    var lit = trace("chosen");
    if (lit && lit.customdata[0] === person) {
      if (!seen(lit.x[0], lit.y[0])) {
        var layout = drawing()._fullLayout;
        window.Plotly.relayout(drawing(), {
          "xaxis.range": around(layout.xaxis.range, lit.x[0]),
          "yaxis.range": around(layout.yaxis.range, lit.y[0]),
        });
      }
    } else if (tries) {
      setTimeout(bring, 50, person, tries - 1);
    }
  }

  // From somebody to the nearest neighbour in that direction; from nobody to the best connected in view
  function step(ahead) {
    var lit = told.person && trace("chosen");
    var people = lit || trace("people");
    var found = null, least = Infinity;
    if (!people) { // not drawn yet, or nobody is let through
      return;
    }
    for (var n = people.x.length - 1; n >= (lit ? 1 : 0); n -= 1) {
      var x = people.x[n] - (lit ? lit.x[0] : 0), y = people.y[n] - (lit ? lit.y[0] : 0);
      var on = x * ahead[0] + y * ahead[1], aside = Math.abs(x * ahead[1]) + Math.abs(y * ahead[0]);
      if (lit ? on > 0 && aside <= CONE * on && x * x + y * y < least : found === null && seen(x, y)) {
        least = x * x + y * y;
        found = people.customdata[n];
      }
    }
    if (found !== null) {
      look({ person: found });
    }
  }

  function mark() {
    document.querySelectorAll("[data-colour]").forEach(function (button) {
      button.setAttribute("aria-pressed", String(Number(button.dataset.colour) === told.colour));
    });
  }

  // ---- keys, clicks, full screen

  function among(event) {
    var list = Array.from(document.querySelectorAll("#graph-found button"));
    var at = list.indexOf(event.target) + (event.key === "ArrowDown" ? 1 : -1);
    (list[at] || document.getElementById("graph-search")).focus();
  }

  document.addEventListener("keydown", function (event) {
    var within = event.target.closest && event.target.closest(".sg-finder");
    if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey) {
      return; // of the browser, or of who writes signs of a language
    }
    if (event.target.classList.contains("sg-keys") && AHEAD[event.key]) {
      event.preventDefault();
      step(AHEAD[event.key]);
    } else if (event.target.classList.contains("sg-keys") && event.key === "Escape") {
      look({ person: null });
    } else if (within && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      among(event);
    } else if (within && event.key === "Escape") {
      document.getElementById("graph-search").focus();
      look({ person: null });
    }
  });

  document.addEventListener("click", function (event) {
    var target = event.target.closest ? event.target.closest("[data-person], [data-colour], [data-screen]") : null;
    if (!target) {
      return;
    }
    if (target.dataset.screen) {
      if (document.fullscreenElement) {
        document.exitFullscreen();
      } else {
        target.closest(".sg-graph").requestFullscreen();
      }
    } else if (target.dataset.colour) {
      var colour = Number(target.dataset.colour);
      look({ colour: colour === told.colour ? null : colour });
    } else {
      look({ person: target.dataset.person ? Number(target.dataset.person) : null });
      if (event.detail === 0 || target.closest("#graph-found")) { // it goes away: the keys go on in the picture
        document.querySelector(".sg-keys").focus({ preventScroll: true });
      }
    }
  });

  document.addEventListener("fullscreenchange", function () {
    document.querySelectorAll("[data-screen]").forEach(function (button) {
      button.textContent = document.fullscreenElement ? "Leave full screen" : "Full screen";
    });
  });

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.graph = {
    // How much room the graph has: the server sizes points and keeps names apart by it
    room: function () {
      document.querySelector("[data-screen]").hidden = !document.fullscreenEnabled;
      return window.sight.near(frame()).then(function () {
        return window.sight.fetched("plotly");
      }).then(function () {
        return window.sight.fetched("scattergl"); // takes what it needs of the other
      }).then(function () {
        if (watched !== frame().parentElement) {
          watch.disconnect();
          watched = frame().parentElement; // the frame itself is another one when it is drawn
          watch.observe(watched);
        }
        return Object.assign(told, room());
      });
    },
    // Which part of the graph is in view after a move
    view: function (moved) {
      var layout = drawing()._fullLayout;
      var of_axes = Object.keys(moved || {}).some(function (name) {
        return /^[xy]axis/.test(name);
      });
      if (of_axes) {
        var x = layout.xaxis.range;
        var y = layout.yaxis.range;
        set("graph-view", { left: x[0], right: x[1], bottom: y[0], top: y[1] });
      }
    },
    // The ties and names in view: the drawing takes them without drawing its people anew, unless these grow
    near: function (found) {
      var drawn = drawing();
      if (!found || !drawn || drawn.data.length <= found.places[0]) {
        return;
      }
      var layout = { shapes: found.shapes, annotations: found.annotations };
      if (found.opacity !== null && drawn.layout.images.length) {
        layout["images[0].opacity"] = found.opacity;
      }
      if (drawn.data[found.places[0]].marker.sizeref !== found.sizes.sizeref[0]) {
        var sizes = { "marker.sizeref": found.sizes.sizeref, "marker.sizemin": found.sizes.sizemin };
        window.Plotly.update(drawn, sizes, layout, found.places);
      } else {
        window.Plotly.relayout(drawn, layout);
      }
    },
    // Who is looked at stands in the address, and in view; the legend marks whom it lights
    lit: function (chosen) {
      told.person = (chosen && chosen.person) || null;
      told.colour = chosen && chosen.colour !== undefined ? chosen.colour : null;
      setTimeout(mark);
      window.dash_clientside.sociogram.remember(told.person, "graph-chosen");
      if (told.person) {
        bring(told.person, 20);
      }
    },
  };
})();
