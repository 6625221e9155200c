// In a window that a page of the shop opened, tells that page how the checkout ended. Everywhere else it does nothing, and
// without it the pages' own way back leads to the shop as well.
(() => {
  const { session, origin, back, status } = document.currentScript.dataset;
  const popup = remember();
  // The shop's own page, and no other, may be told.
  if (!popup || popup.origin !== origin) return;
  if (status) tell();
  else stayToTell();

  /** The address of the first page says by whom and under which nonce it was opened; the following pages remember. */
  function remember() {
    const key = `morrow-popup-${session}`;
    try {
      const said = new URLSearchParams(location.hash.slice(1));
      if (said.has('popup')) {
        const opened = { nonce: said.get('popup'), origin: said.get('origin') };
        sessionStorage.setItem(key, JSON.stringify(opened));
        history.replaceState(null, '', location.pathname + location.search);
      }
      return JSON.parse(sessionStorage.getItem(key));
    } catch {
      return null; // This browser keeps nothing, so this is a page like any other.
    }
  }

  /** A page that does not say within a second that it heard may be gone: then this window goes back to the shop. */
  function tell() {
    const { opener } = window;
    const { nonce } = popup;
    const goBack = () => location.replace(back);
    if (!opener) return goBack();
    const waiting = setTimeout(goBack, 1000);
    addEventListener('message', ({ origin: from, source, data }) => {
      if (from !== origin || source !== opener || data?.source !== 'morrow' || data.v !== 1) return;
      if (data.type !== 'checkout.ack' || data.session !== session || data.nonce !== nonce) return;
      clearTimeout(waiting);
      close();
    });
    opener.postMessage({ source: 'morrow', v: 1, type: 'checkout.finished', session, nonce, status }, origin);
  }

  /** Who cancels is led to a page that tells, not at once to the shop. */
  function stayToTell() {
    for (const form of document.querySelectorAll('form[action$="/leave"]')) {
      const field = document.createElement('input');
      Object.assign(field, { type: 'hidden', name: 'popup', value: 'yes' });
      form.append(field);
    }
  }
})();
