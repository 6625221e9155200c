// Sets Morrow's script up: <morrow-message> fills itself, <morrow-button> opens the checkout in a window.
// When Morrow's script did not come, nothing of this happens, and the checkout's form does all that is needed.
const { gateway, key, locale } = document.currentScript.dataset;

if (window.Morrow) {
  const browser = Morrow.createBrowser({ gatewayOrigin: gateway, publishableKey: key, locale });
  Morrow.defineElements(browser);

  document.addEventListener('morrow-start', (event) => {
    // Without this the button sends the form, which opens Morrow's page in place of the cart.
    event.preventDefault();
    void payInWindow(browser, event.target.closest('form'));
  });
}

async function payInWindow(browser, form) {
  try {
    // Called inside the click, or the browser would block the window. If it does, Morrow's page opens here.
    const { session, status } = await browser.popup(() => openSession(form));
    if (status === 'redirecting') return;
    // However it ended, our server asks Morrow. What the window says is only a reason to look.
    location.assign(`/return?morrow_session=${encodeURIComponent(session)}`);
  } catch {
    // The form leads on, or to a page that says what is wrong.
    form.submit();
  }
}

async function openSession(form) {
  const answer = await fetch('/checkout/window', {
    method: 'POST',
    body: new URLSearchParams(new FormData(form)),
  });
  if (!answer.ok) throw new Error(`the checkout was not opened: ${answer.status}`);
  return answer.json(); // { url, session, clientToken }
}
