// Where the door asks who somebody is.

import { ask, hasToken, setToken } from "./api.js";
import { h, put } from "./dom.js";

/** Who looks at the page; asks for a token until there is a good one. */
export async function signIn(main) {
  let words = "";
  for (;;) {
    try {
      return await ask("whoami");
    } catch (problem) {
      if (problem.status === 401) {
        if (hasToken()) words = "That token is not good: it is not known, or has ended.";
        setToken(null);
        setToken(await askForToken(main, words));
      } else {
        words = "";
        await askAgain(main, problem.message);
      }
    }
  }
}

function askForToken(main, words) {
  return new Promise(done => {
    const input = h("input", { id: "token", type: "password", required: true, autocomplete: "current-password", "aria-describedby": "token-words" });
    put(main, h("form", { class: "sign-in", onsubmit: event => {
      event.preventDefault();
      if (input.value.trim()) done(input.value.trim());
    } },
      h("h1", {}, "Who is there?"),
      h("p", {}, "This door takes a token, or a client certificate of the browser."),
      h("label", { for: "token" }, "Token"), input,
      h("p", { id: "token-words", class: "failure", role: "alert" }, words),
      h("button", { type: "submit" }, "Sign in"),
      h("p", {}, h("small", {}, "Administrators make tokens by ", h("code", {}, "POST /api/v1/tokens"),
        "; viewer is enough to look. It is forgotten when this tab is closed."))));
    input.focus();
  });
}

function askAgain(main, words) {
  return new Promise(done => {
    const button = h("button", { type: "button", onclick: done }, "Try again");
    put(main, h("div", { class: "sign-in" }, h("h1", {}, "Nobody answers"), h("p", { class: "failure", role: "alert" }, words), button));
    button.focus();
    setTimeout(done, 5000);
  });
}
