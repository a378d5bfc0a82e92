/* The landing page's sociogram can be taken hold of: who is dragged pulls those along whom a line joins to them, and all
   go back once let go. Pointing at somebody lights their lines. Without this file it is a picture. */
(function () {
  var svg = document.querySelector("[data-ties]");
  if (!svg) {
    return;
  }
  var HOME = 0.012, TIE = 0.012, KEPT = 0.86, STILL = 0.02;
  var calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  var path = svg.querySelector(".sg-tie");
  var lit = path.cloneNode(false);
  var people = Array.from(svg.querySelectorAll("circle"), function (dot) {
    var x = +dot.getAttribute("cx"), y = +dot.getAttribute("cy");
    return { dot: dot, x: x, y: y, homeX: x, homeY: y, speedX: 0, speedY: 0, ties: [], name: null };
  });
  var numbers = svg.dataset.ties.split(" ");
  var ties = [];
  var held = null, shown = null, moving = false;

  for (var at = 0; at < numbers.length; at += 2) {
    var tie = [people[numbers[at]], people[numbers[at + 1]]];
    ties.push(tie);
    tie[0].ties.push(tie);
    tie[1].ties.push(tie);
  }
  svg.querySelectorAll("text").forEach(function (name) {
    people[name.dataset.person].name = name;
  });
  lit.setAttribute("class", "sg-tie-lit");
  lit.removeAttribute("d");
  path.after(lit);

  function lines(of) {
    return of.map(function (tie) {
      return "M" + tie[0].x.toFixed(1) + " " + tie[0].y.toFixed(1) + "L" + tie[1].x.toFixed(1) + " " + tie[1].y.toFixed(1);
    }).join("");
  }

  function draw() {
    people.forEach(function (person) {
      person.dot.setAttribute("cx", person.x.toFixed(1));
      person.dot.setAttribute("cy", person.y.toFixed(1));
      if (person.name) {
        person.name.setAttribute("x", person.x.toFixed(1));
        person.name.setAttribute("y", person.y.toFixed(1));
      }
    });
    path.setAttribute("d", lines(ties));
    lit.setAttribute("d", shown ? lines(shown.ties) : "");
  }

  function pull(one, other) {
    var x = (other.x - one.x - other.homeX + one.homeX) * TIE, y = (other.y - one.y - other.homeY + one.homeY) * TIE;
    one.speedX += x;
    one.speedY += y;
    other.speedX -= x;
    other.speedY -= y;
  }

  function step() {
    var most = 0;
    ties.forEach(function (tie) {
      pull(tie[0], tie[1]);
    });
    people.forEach(function (person) {
      person.speedX = (person.speedX + (person.homeX - person.x) * HOME) * KEPT;
      person.speedY = (person.speedY + (person.homeY - person.y) * HOME) * KEPT;
      if (person === held) {
        person.speedX = person.speedY = 0;
        return;
      }
      person.x += person.speedX;
      person.y += person.speedY;
      most = Math.max(most, Math.abs(person.speedX), Math.abs(person.speedY));
    });
    draw();
    moving = held !== null || most > STILL;
    if (moving) {
      requestAnimationFrame(step);
    }
  }

  function move() {
    if (calm.matches) {
      draw();
    } else if (!moving) {
      moving = true;
      requestAnimationFrame(step);
    }
  }

  function show(person) {
    shown = person;
    svg.classList.toggle("sg-pointed", person !== null);
    people.forEach(function (each) {
      each.dot.classList.remove("sg-near");
    });
    (person ? person.ties : []).forEach(function (tie) {
      tie[0].dot.classList.add("sg-near");
      tie[1].dot.classList.add("sg-near");
    });
    lit.setAttribute("d", person ? lines(person.ties) : "");
  }

  function follow(event) {
    var spot = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    held.x = spot.x;
    held.y = spot.y;
    move();
  }

  people.forEach(function (person) {
    var dot = person.dot;
    dot.addEventListener("pointerdown", function (event) {
      dot.setPointerCapture(event.pointerId);
      held = person;
      show(person);
      follow(event);
    });
    dot.addEventListener("pointermove", function (event) {
      if (held === person) {
        follow(event);
      }
    });
    dot.addEventListener("lostpointercapture", function () {
      held = null;
      if (calm.matches) {
        person.x = person.homeX;
        person.y = person.homeY;
      }
      show(null);
      move();
    });
    dot.addEventListener("pointerenter", function () {
      if (held === null) {
        show(person);
      }
    });
    dot.addEventListener("pointerleave", function () {
      if (held === null) {
        show(null);
      }
    });
  });
})();
