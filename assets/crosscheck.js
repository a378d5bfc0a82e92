/* The cross-check in the browser: one filter for chart, choices, buttons, table and address; answers by key; hints. */
(function () {
  var ANYTHING = "any";
  var CHART = { type: "chart", chart: "where_people_are" };
  var next = null; // what is to have the focus when the answer is there: a card by its place, or a selector
  var cards = "#crosscheck-suggestions [data-left]";

  function set(id, data) {
    window.dash_clientside.set_props(id, { data: data });
  }

  // ---- the filter: `3.follower,7.absent,many`, accounts in the order of their choices

  function parts(where) {
    return where ? where.split(",") : [];
  }

  function chosen(where, account) {
    var found = parts(where).filter(function (part) {
      return part.indexOf(account + ".") === 0;
    })[0];
    return found ? found.slice(String(account).length + 1) : ANYTHING;
  }

  function replaced(where, account, option, accounts) {
    var options = accounts.map(function (each) {
      var value = each === account ? option : chosen(where, each);
      return value === ANYTHING ? "" : each + "." + value;
    });
    var others = parts(where).filter(function (part) {
      return part.indexOf(".") < 0;
    });
    return options.concat(others).filter(Boolean).join(",");
  }

  function toTable() {
    document.getElementById("part-individuals").scrollIntoView();
  }

  // ---- answers

  function answer(button) {
    var pair = button.closest("[data-left]");
    var place = Array.prototype.indexOf.call(document.querySelectorAll(cards), pair);
    next = button.closest("#crosscheck-decided") ? "#crosscheck-decided-open" : Math.max(place, 0);
    set("crosscheck-answer", {
      answer: button.dataset.answer,
      left: JSON.parse(pair.dataset.left),
      right: JSON.parse(pair.dataset.right),
      at: Date.now(), // the same answer twice is two
    });
  }

  document.addEventListener("click", function (event) {
    var target = event.target.closest ? event.target.closest("[data-where], [data-answer]") : null;
    if (!target) {
      return;
    }
    if (target.dataset.answer) {
      answer(target);
      return;
    }
    set("crosscheck-pick", { where: target.dataset.where, at: Date.now() });
    var menu = target.closest("details.sg-dropdown");
    if (menu) {
      menu.open = false;
    }
    if (!target.closest("#crosscheck-questions, #crosscheck-chips")) {
      toTable();
    }
  });

  document.addEventListener("keydown", function (event) {
    var card = event.target.closest ? event.target.closest(cards) : null;
    if (!card || event.ctrlKey || event.metaKey || event.altKey || event.repeat) {
      return;
    }
    var button = card.querySelector('[data-key="' + CSS.escape(event.key.toLowerCase()) + '"]');
    if (button) {
      event.preventDefault();
      answer(button);
    }
  });

  // ---- hints: why accounts are one person; beside the pointer's or the keyboard's place, over the grid's edges

  var hint = null;

  function hide() {
    if (hint) {
      hint.remove();
      hint = null;
    }
  }

  function hinted(target) {
    if (!target.closest) {
      return null;
    }
    return target.closest("[data-hint]") || (target.matches(".ag-cell") ? target.querySelector("[data-hint]") : null);
  }

  function showHint(event) {
    var target = hinted(event.target);
    if (hint && event.target.closest(".sg-floating-hint")) {
      return;
    }
    hide();
    if (!target) {
      return;
    }
    hint = document.createElement("div");
    hint.className = "sg-floating-hint";
    hint.setAttribute("aria-hidden", "true"); // the cell says the same to screen readers
    hint.textContent = target.dataset.hint;
    document.body.append(hint);
    var place = target.getBoundingClientRect();
    var below = place.bottom + 6 + hint.offsetHeight < innerHeight;
    hint.style.left = Math.max(8, Math.min(place.left, innerWidth - hint.offsetWidth - 8)) + "px";
    hint.style.top = (below ? place.bottom + 6 : place.top - hint.offsetHeight - 6) + "px";
  }

  document.addEventListener("mouseover", showHint);
  document.addEventListener("focusin", showHint);
  document.addEventListener("scroll", hide, true);
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape") {
      hide();
    }
  });

  // ---- what Dash calls

  function numbers(ids) {
    return ids.map(function (id) {
      return id.account;
    });
  }

  window.dash_clientside = Object.assign(window.dash_clientside || {}, {
    crosscheck: {
      choose: function (click, options, pick, where, ids) {
        var now = where || "";
        window.dash_clientside.callback_context.triggered.forEach(function (one) {
          if (one.prop_id === "crosscheck-pick.data") {
            now = pick.where;
          } else if (one.prop_id.slice(-6) === ".value") {
            var account = JSON.parse(one.prop_id.slice(0, -6)).account;
            now = replaced(now, account, one.value || ANYTHING, numbers(ids));
          } else if (click) {
            now = click.points[0].customdata[0];
            window.dash_clientside.set_props(CHART, { clickData: null }); // the same bar clicked again is a click again
            toTable();
          }
        });
        return now === (where || "") ? window.dash_clientside.no_update : now;
      },
      show: function (where, _search, _stamp, ids) {
        window.dash_clientside.sociogram.remember(where, "crosscheck-where");
        ids.forEach(function (id) {
          window.dash_clientside.set_props(id, { value: chosen(where, id.account) });
        });
        window.dash_clientside.sociogram.refresh("crosscheck-grid");
      },
      join: function (clicks, left, right) {
        if (!clicks || !left || !right || left === right) {
          return window.dash_clientside.no_update;
        }
        return { answer: "same", left: JSON.parse(left), right: JSON.parse(right), at: Date.now() };
      },
      // After an answer the next card has the focus, or what says that there is none
      focus: function () {
        if (next === null) {
          return;
        }
        var wanted = next;
        next = null;
        setTimeout(function () {
          var all = document.querySelectorAll(cards);
          var found = isNaN(wanted) ? document.querySelector(wanted) : all[Math.min(wanted, all.length - 1)];
          var heading = document.getElementById("part-decide");
          heading.tabIndex = -1;
          (found || heading).focus();
        });
      },
    },
  });

  window.dashAgGridComponentFunctions = Object.assign(window.dashAgGridComponentFunctions || {}, {
    CrosscheckCell: function (props) {
      var make = window.React.createElement;
      var told = props.value;
      if (!told) {
        return null;
      }
      var people = told.people.map(function (person, number) {
        var link = { key: number, href: person.url, target: "_blank", rel: "noopener nofollow", tabIndex: -1 };
        return person.url ? make("a", link, person.label) : make("span", { key: number }, person.label);
      });
      var sign = make("span", { "aria-hidden": "true" }, told.sign);
      var why = told.why ? make("span", { className: "visually-hidden" }, " " + told.why) : null;
      var mark = make("span", { className: "sg-relation sg-relation-" + told.relation }, sign, " " + told.words);
      var content = [
        make("span", { key: "who", className: "sg-relation-who", dir: "auto" }, people),
        make("span", { key: "what" }, mark, why),
      ];
      return make("div", { className: "sg-relation-cell", "data-hint": told.why || undefined }, content);
    },
  });
})();
