// Forms that a passkey answers. Without script, or where the browser knows no passkeys, they stay hidden and the other way is there.
const fromText = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

function options(given) {
  const key = { ...given.publicKey, challenge: fromText(given.publicKey.challenge) };
  if (key.user) key.user = { ...key.user, id: fromText(key.user.id) };
  for (const list of ["excludeCredentials", "allowCredentials"]) {
    if (key[list]) key[list] = key[list].map((one) => ({ ...one, id: fromText(one.id) }));
  }
  return { publicKey: key };
}

function answer(credential) {
  const from = credential.response;
  const response = { clientDataJSON: toText(from.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (from[name]) response[name] = toText(from[name]);
  }
  return {
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response,
  };
}

async function ask(form) {
  if (form.dataset.passkeyCreate) return navigator.credentials.create(options(JSON.parse(form.dataset.passkeyCreate)));
  const reply = await fetch(form.dataset.passkeyGet, { headers: { Accept: "application/json" }, credentials: "same-origin" });
  if (!reply.ok) throw new Error(reply.statusText);
  return navigator.credentials.get(options(await reply.json()));
}

function follow(form) {
  const line = form.querySelector("[data-passkey-line]");
  form.hidden = false;
  for (const other of document.querySelectorAll("[data-without-passkeys]")) other.hidden = true;
  form.addEventListener("submit", async (event) => {
    const field = form.elements.credential;
    if (field.value) return;
    event.preventDefault();
    line.textContent = "";
    try {
      field.value = JSON.stringify(answer(await ask(form)));
      form.requestSubmit();
    } catch (error) {
      line.textContent = error.name === "InvalidStateError" ? form.dataset.passkeyKnown : form.dataset.passkeyFailed;
    }
  });
}

if (window.PublicKeyCredential && window.isSecureContext) {
  for (const form of document.querySelectorAll("form[data-passkey]")) follow(form);
}
