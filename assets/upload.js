/* An upload with its progress and with drag and drop. Without this the form is sent as any other. */
(function () {
  var form = document.querySelector("form[data-upload]");
  if (!form) {
    return;
  }
  var input = form.querySelector("input[type=file]");
  var zone = form.querySelector(".sg-drop");
  var list = form.querySelector(".sg-files");
  var button = form.querySelector("button[data-send]");
  var cancel = form.querySelector("[data-cancel]");
  var progress = form.querySelector("[data-progress]");
  var bar = progress.querySelector("progress");
  var status = progress.querySelector("[data-status]");
  var problem = form.querySelector("[data-problem]");
  var most = Number(form.dataset.maxBytes);
  var sending = null;

  function size(bytes) {
    if (bytes < 1000) {
      return bytes + " bytes";
    }
    return bytes < 1e6 ? Math.round(bytes / 1e3) + " kB" : (bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0) + " MB";
  }

  function total() {
    return Array.prototype.reduce.call(input.files, function (sum, file) { return sum + file.size; }, 0);
  }

  function refuse(sentence) {
    problem.hidden = !sentence;
    problem.firstElementChild.textContent = sentence;
  }

  function tooLarge() {
    if (total() <= most) {
      return false;
    }
    refuse("These files are " + size(total()) + " together; at most " + size(most) + " can be sent at once.");
    return true;
  }

  function show() {
    list.textContent = "";
    Array.prototype.forEach.call(input.files, function (file) {
      var item = document.createElement("li");
      item.className = "sg-small text-break";
      item.textContent = file.name + ", " + size(file.size);
      list.appendChild(item);
    });
    refuse("");
    tooLarge();
  }

  function rest() {
    sending = null;
    progress.hidden = true;
    button.disabled = false;
  }

  function answered() {
    var answer = {};
    try {
      answer = JSON.parse(sending.responseText);
    } catch (error) {
      answer = {};
    }
    if (sending.status === 200 && answer.location) {
      location.assign(answer.location);
      return;
    }
    rest();
    refuse(answer.error || "The server did not accept this. Load the page again and retry.");
    problem.focus();
  }

  function moved(event) {
    var share = event.lengthComputable ? event.loaded / event.total : 0;
    bar.value = share;
    status.textContent = share < 1
      ? "Sending: " + size(event.loaded) + " of " + size(event.total)
      : "Received. Looking at what it is…";
  }

  function send(event) {
    event.preventDefault();
    refuse("");
    if (sending || tooLarge()) {
      return;
    }
    sending = new XMLHttpRequest();
    sending.upload.addEventListener("progress", moved);
    sending.addEventListener("load", answered);
    sending.addEventListener("abort", rest);
    sending.addEventListener("error", function () {
      rest();
      refuse("The connection broke off before all was sent. Try again.");
      problem.focus();
    });
    sending.open("POST", form.action);
    sending.setRequestHeader("Accept", "application/json");
    sending.send(new FormData(form));
    button.disabled = true;
    bar.value = 0;
    status.textContent = "Sending…";
    progress.hidden = false;
  }

  ["dragenter", "dragover"].forEach(function (name) {
    zone.addEventListener(name, function (event) {
      event.preventDefault();
      zone.classList.add("sg-drop-over");
    });
  });
  ["dragleave", "drop"].forEach(function (name) {
    zone.addEventListener(name, function () {
      zone.classList.remove("sg-drop-over");
    });
  });
  zone.addEventListener("drop", function (event) {
    event.preventDefault();
    if (event.dataTransfer.files.length) {
      input.files = event.dataTransfer.files;
      show();
    }
  });
  input.addEventListener("change", show);
  cancel.addEventListener("click", function () {
    if (sending) {
      sending.abort();
    }
  });
  form.addEventListener("submit", send);
  show();
})();
