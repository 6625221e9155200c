// When a form asks for a passkey, lets the browser make one or sign with one, and sends the form with its answer. Who has
// no script reads so on the page, or is shown the other way only.
(() => {
  const form = document.querySelector('form[data-passkey]');
  if (!form || !window.PublicKeyCredential) return;
  const failed = document.getElementById('passkey-failed');
  const options = JSON.parse(form.dataset.options);
  const isNew = form.dataset.passkey === 'create';

  form.closest('[hidden]')?.removeAttribute('hidden'); // Where there is another way, who has no script is not shown this one.
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    failed.hidden = true;
    void answer();
  });

  async function answer() {
    try {
      const publicKey = parse(options);
      const { credentials } = navigator;
      const credential = await (isNew ? credentials.create({ publicKey }) : credentials.get({ publicKey }));
      form.elements.credential.value = JSON.stringify(write(credential));
      form.submit();
    } catch {
      failed.hidden = false; // Canceled, timed out, or there is no passkey for us on this device.
    }
  }

  const bytesOf = (text) =>
    Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0));
  const textOf = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replaceAll('+', '-')
      .replaceAll('/', '_')
      .replaceAll('=', '');

  /** Browsers from before 2024 leave the JSON to us. */
  function parse(json) {
    const parser = isNew ? 'parseCreationOptionsFromJSON' : 'parseRequestOptionsFromJSON';
    if (parser in PublicKeyCredential) return PublicKeyCredential[parser](json);
    const named = (list = []) => list.map((item) => ({ ...item, id: bytesOf(item.id) }));
    return {
      ...json,
      challenge: bytesOf(json.challenge),
      ...(json.user && { user: { ...json.user, id: bytesOf(json.user.id) } }),
      excludeCredentials: named(json.excludeCredentials),
      allowCredentials: named(json.allowCredentials),
    };
  }

  function write(credential) {
    if (credential.toJSON) return credential.toJSON();
    const { id, type, response } = credential;
    const answer = { clientDataJSON: textOf(response.clientDataJSON) };
    for (const name of ['attestationObject', 'authenticatorData', 'signature'])
      if (response[name]) answer[name] = textOf(response[name]);
    if (response.getTransports) answer.transports = response.getTransports();
    return { id, rawId: id, type, response: answer, clientExtensionResults: {} };
  }
})();
