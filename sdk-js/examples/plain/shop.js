const { gateway, key } = document.currentScript.dataset;
const browser = Morrow.createBrowser({ gatewayOrigin: gateway, publishableKey: key });
Morrow.defineElements(browser);

const form = document.querySelector('#in-a-window');
form.addEventListener('morrow-start', (event) => {
  event.preventDefault(); // Without this, the button submits the form: the way by redirect.
  void payInWindow();
});

async function payInWindow() {
  try {
    // Inside the click, and with nothing awaited before, because only a click may open a window.
    const { session, status } = await browser.popup(start);
    // A hint and no proof. The return route reads the session by a signed request, as after a redirect.
    if (status === 'confirmed') location.assign(`/return?morrow_session=${session}`);
    else if (status !== 'redirecting') say('Nothing was bought. Your cart is as it was.');
  } catch {
    say('That did not work. Please try again.');
  }
}

/** Your server opens the session, as in the form, and makes a client token for it. */
async function start() {
  const answer = await fetch(form.action, {
    method: 'POST',
    headers: { accept: 'application/json' },
    body: new URLSearchParams(new FormData(form)),
  });
  if (!answer.ok) throw new Error(`The shop answered ${answer.status}.`);
  return answer.json(); // { url, session, clientToken }
}

function say(text) {
  document.querySelector('#outcome').textContent = text;
}
