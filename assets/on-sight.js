/* Charts are drawn when they come into sight, and grids when they are near; what draws them is fetched then. Until they
   are drawn a box of their height stands there. */
(function () {
  var NEAR = { chart: "0px", grid: "300px" }; // below what is seen
  var files = document.currentScript.dataset;
  var waiting = new Map(); // what draws an element -> the element

  // Calls back once, when the element is so near or everything has to be drawn; answers how to wait no more
  function whenNear(element, near, draw) {
    function stop() {
      waiting.delete(now);
      watch.disconnect();
    }
    function now() {
      stop();
      draw();
    }
    var watch = new IntersectionObserver(function (seen) {
      if (seen.some(function (each) {
        return each.isIntersecting;
      })) {
        now();
      }
    }, { rootMargin: near });
    if (near === NEAR.chart) {
      waiting.set(now, element); // a list is not printed
    }
    watch.observe(element);
    return stop;
  }

  // The component that stands for another one until that is drawn
  function onSight(near, found) {
    return function (props) {
      var box = React.useRef(null);
      var drawn = React.useState(null);
      React.useEffect(function () {
        return whenNear(box.current, near, function () {
          found().then(function (component) {
            drawn[1](function () {
              return component;
            });
          });
        });
      }, []);
      var kept = { ref: box, className: "sg-on-sight", style: { minHeight: props.style.height } };
      return drawn[0]
        ? React.createElement("div", kept, React.createElement(drawn[0], props))
        : React.createElement("div", Object.assign(kept, { id: props.id, className: "sg-on-sight " + (props.className || "") }));
    };
  }

  function fetched(file) {
    fetched[file] = fetched[file] || new Promise(function (resolve, reject) {
      var script = document.createElement("script");
      script.onload = resolve;
      script.onerror = function () {
        window.failed();
        reject(new Error(script.src));
      };
      script.src = files[file];
      document.head.appendChild(script);
    });
    return fetched[file];
  }

  // Where a chart leads the page, what draws it comes while the page is drawn; on a phone that chart is further down
  if (files.leads !== undefined && matchMedia("(min-width: 60rem)").matches) {
    fetched("plotly");
  }

  // A mouse drags over the bars themselves, which without the slider below are drawn in half the time
  function forPointer(figure) {
    var axis = Object.assign({}, figure.layout.xaxis);
    if (!axis.rangeslider || !matchMedia("(hover: hover)").matches) {
      return figure;
    }
    delete axis.rangeslider;
    return Object.assign({}, figure, { layout: Object.assign({}, figure.layout, { xaxis: axis }) });
  }

  var OfDash = window.dash_core_components.Graph;

  function Graph(props) {
    var figure = React.useMemo(forPointer.bind(null, props.figure), [props.figure]);
    return React.createElement(OfDash, Object.assign({}, props, { figure: figure }));
  }

  var waitingGraph = onSight(NEAR.chart, function () {
    return fetched("plotly").then(function () {
      return Graph;
    });
  });
  var grid = null; // of the library, which puts its own in the place of what waits
  var waitingGrid = onSight(NEAR.grid, function () {
    grid = grid || fetched("grid").then(function () {
      var Grid = window.dash_ag_grid.AgGrid;
      window.dash_ag_grid = Object.assign({}, window.dash_ag_grid, { AgGrid: waitingGrid });
      return Grid;
    });
    return grid;
  });
  window.dash_core_components = Object.assign({}, window.dash_core_components, { Graph: waitingGraph });
  window.dash_ag_grid = { AgGrid: waitingGrid };

  window.sight = {
    fetched: fetched,
    near: function (element) {
      return new Promise(function (resolve) {
        whenNear(element, NEAR.chart, resolve);
      });
    },
    // All charts of a place, also those that were not in sight
    drawn: function (place) {
      waiting.forEach(function (element, now) {
        if (place.contains(element)) {
          now();
        }
      });
      return new Promise(function (resolve) {
        (function look(tries) {
          var missing = place.querySelector("figure.sg-chart .sg-on-sight:not(:has(.main-svg)), #graph-remark:empty");
          if (missing && tries) {
            setTimeout(look, 50, tries - 1);
          } else {
            resolve();
          }
        })(100);
      });
    },
  };
})();
