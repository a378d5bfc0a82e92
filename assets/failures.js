/* Nothing fails silently: where an answer does not come, or is an error, a strip says so until the same is answered.
   The address holds what was chosen, so the page that is loaded again agrees with it. */
(function () {
  var PATIENCE = 60000; // milliseconds, after which an answer will not come
  var SOON = 300; // a page that is being left lets its requests fail, and is gone by then
  var AWAY = "The server is away for a moment.";
  var GONE = "Sociogram does not answer: you may be offline, or the server is away for a moment.";
  var fetched = window.fetch;
  var failing = new Set();

  function said(status) {
    if (status === 429) {
      return "You have asked for this many times in a short while. Wait a moment.";
    }
    if (status === 503) {
      return AWAY;
    }
    return status < 500 ? "This page does not fit any more what is stored." : "The server failed to answer, and has noted why.";
  }

  function show(sentence) {
    if (document.readyState === "loading") { // the first answers are asked for before the strip is there
      document.addEventListener("DOMContentLoaded", show.bind(null, sentence));
      return;
    }
    if (document.fullscreenElement) {
      document.exitFullscreen(); // it would lie over the strip
    }
    document.querySelector("#failure p").textContent = sentence;
    document.getElementById("failure").hidden = false;
  }

  // What is fetched in another way says here that it did not come
  window.failed = function (sentence) {
    show(sentence || GONE);
  };

  function fails(asked, sentence) {
    failing.add(asked);
    setTimeout(function () {
      if (failing.has(asked)) {
        show(sentence);
      }
    }, SOON);
  }

  function answered(asked) {
    failing.delete(asked);
    if (!failing.size && document.readyState !== "loading") {
      document.getElementById("failure").hidden = true;
    }
  }

  window.fetch = function (resource, options) {
    var asked = String(resource.url || resource);
    if (asked.indexOf("/_dash-") < 0) {
      return fetched.apply(this, arguments);
    }
    if (options && typeof options.body === "string") {
      asked = JSON.parse(options.body).output;
    }
    return fetched
      .call(this, resource, Object.assign({ signal: AbortSignal.timeout(PATIENCE) }, options))
      .then(function (response) {
        if (response.status === 401) {
          location.assign("/signin?next=" + encodeURIComponent(location.pathname + location.search));
        } else if (response.status >= 400) {
          fails(asked, said(response.status));
        } else {
          // all of it has come, or it counts as lost
          return response.clone().blob().then(function () {
            answered(asked);
            return response;
          });
        }
        return response;
      })
      .catch(function (error) {
        fails(asked, error.name === "TimeoutError" ? "Sociogram takes too long to answer." : GONE);
        throw error;
      });
  };

  // Another page asks for other things: what failed before may never be asked again
  ["_dashprivate_pushstate", "popstate"].forEach(function (left) {
    addEventListener(left, function () {
      failing.clear();
      document.getElementById("failure").hidden = true;
    });
  });

  document.addEventListener("click", function (event) {
    if (event.target.closest && event.target.closest("#failure button")) {
      fetched("/healthz", { cache: "no-store" }).then(
        function (response) {
          if (response.ok) {
            location.reload();
          } else {
            show(AWAY);
          }
        },
        function () {
          show("Still no answer. What you see stays here; try again in a while.");
        }
      );
    }
  });
})();
