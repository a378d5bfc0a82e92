/* Most of a page never changes, but Dash wraps and watches each element of it, at each change of any. What has no id,
   and in it nothing that has one or that is more than HTML, is handed to Dash as one component. */
(function () {
  var HTML = "dash_html_components";
  var fetched = window.fetch;

  function isStatic(part) {
    if (Array.isArray(part)) {
      return part.every(isStatic);
    }
    return !part || typeof part !== "object" || (part.namespace === HTML && !part.props.id && isStatic(part.props.children));
  }

  function lighter(part) {
    if (Array.isArray(part)) {
      return part.map(lighter);
    }
    if (!part || !part.namespace) {
      return part;
    }
    return isStatic(part)
      ? { namespace: "sociogram", type: "Static", props: { part: part } }
      : Object.assign({}, part, { props: Object.assign({}, part.props, { children: lighter(part.props.children) }) });
  }

  function lighterAnswer(answer) {
    if (answer.namespace) {
      return lighter(answer);
    }
    Object.values(answer.response || {}).forEach(function (changed) {
      if ("children" in changed) {
        changed.children = lighter(changed.children);
      }
    });
    return answer;
  }

  function element(part) {
    if (Array.isArray(part)) {
      return React.createElement.apply(null, [React.Fragment, null].concat(part.map(element)));
    }
    if (!part || !part.namespace) {
      return part;
    }
    var ours = { children: element(part.props.children), n_clicks: undefined }; // which is Dash's, and no HTML
    var props = Object.assign({}, part.props, ours);
    return React.createElement(part.type.toLowerCase(), props);
  }

  window.sociogram = {
    Static: function (props) {
      return element(props.part);
    },
  };

  window.fetch = function (resource) {
    return fetched.apply(this, arguments).then(function (answer) {
      if (/_dash-(layout|update-component)$/.test(resource)) {
        var json = answer.json.bind(answer);
        answer.json = function () {
          return json().then(lighterAnswer);
        };
      }
      return answer;
    });
  };
})();
