/* A page that somebody shares: draws its charts, whose figures stand in the page. */
(function () {
  var page = document.querySelector("[data-drawn-in]");
  var root = document.documentElement;
  var config = JSON.parse(page.dataset.chartConfig);

  function reload() {
    location.reload(); // charts are in the server's colours
  }

  // On a first visit the server did not know what the system wants; where cookies are refused it never will
  if (page.dataset.drawnIn !== root.dataset.bsTheme && /(^|; )theme=/.test(document.cookie)) {
    reload();
    return;
  }
  document.addEventListener("themechange", reload);
  Array.prototype.forEach.call(page.querySelectorAll("[data-figure]"), function (box) {
    var figure = JSON.parse(box.dataset.figure);
    window.Plotly.newPlot(box, figure.data, figure.layout, config);
  });
})();
