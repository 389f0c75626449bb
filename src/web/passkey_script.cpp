#include "web/passkey.hpp"

namespace carillon {

std::string_view passkey_script() {
  return R"js("use strict";
// Asks the browser for a passkey where a page offers one, and sends what it says with the form.
(() => {
  const bytes = text => Uint8Array.from(
    atob(text.replaceAll("-", "+").replaceAll("_", "/")), c => c.charCodeAt(0));
  const text = buffer => buffer === null || buffer === undefined ? "" :
    btoa(Array.from(new Uint8Array(buffer), b => String.fromCharCode(b)).join(""))
      .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  const said = {
    NotAllowedError: "Nothing was done: it was cancelled, or it took too long.",
    InvalidStateError: "This device holds a passkey for you already.",
    SecurityError: "Passkeys do not work at this address: open the page by its public one.",
    SyntaxError: "The page was open for too long. Open it again.",
    TypeError: "The server does not answer. Try again in a moment.",
  };

  async function begin(form) {
    const fields = new URLSearchParams(new FormData(form));
    fields.delete("credential");
    fields.set("step", "begin");
    const reply = await fetch(form.getAttribute("action"), { method: "POST", body: fields });
    const asked = await reply.json();
    if (!reply.ok) throw new Error(asked.error);
    return asked;
  }

  async function answer(kind, asked) {
    const publicKey = { ...asked, challenge: bytes(asked.challenge) };
    if (kind === "get") return navigator.credentials.get({ publicKey });
    publicKey.user = { ...asked.user, id: bytes(asked.user.id) };
    publicKey.excludeCredentials =
      asked.excludeCredentials.map(one => ({ ...one, id: bytes(one.id) }));
    return navigator.credentials.create({ publicKey });
  }

  async function press(button) {
    const form = button.form;
    const status = form.querySelector("[data-passkey-status]");
    button.disabled = true;
    status.textContent = "";
    try {
      const made = await answer(button.dataset.passkey, await begin(form));
      form.elements.credential.value = JSON.stringify({
        type: made.type,
        id: text(made.rawId),
        client_data: text(made.response.clientDataJSON),
        attestation: text(made.response.attestationObject),
        authenticator_data: text(made.response.authenticatorData),
        signature: text(made.response.signature),
        user: text(made.response.userHandle),
      });
      HTMLFormElement.prototype.submit.call(form);
    } catch (error) {
      status.textContent = said[error.name] ?? error.message;
    } finally {
      button.disabled = false;
    }
  }

  if (window.PublicKeyCredential === undefined) return;
  for (const button of document.querySelectorAll("button[data-passkey]")) {
    button.form.querySelector("[data-passkey-status]").textContent = "";
    button.hidden = false;
    button.addEventListener("click", event => {
      event.preventDefault();
      void press(button);
    });
  }
})();
)js";
}

}  // namespace carillon
