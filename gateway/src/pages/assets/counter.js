// At a counter the network comes and goes. A sale that could not be sent stays in its form, with its own number, and is
// sent again until it is answered: the gateway knows the number, so that it opens one checkout. While the shopper decides,
// asks how the sale stands. Without script the form is sent by hand, the page loads itself again, and the browser's menu
// prints the receipt.
(() => {
  const again = 2000;
  const form = document.querySelector('form[data-sale]');
  const waiting = document.querySelector('[data-status]');
  const offline = document.getElementById('offline');
  const isThere = (yes) => void (offline.hidden = yes);
  const later = (work) => {
    const timer = setTimeout(go, again);
    addEventListener('online', go, { once: true });
    function go() {
      clearTimeout(timer);
      removeEventListener('online', go);
      void work();
    }
  };

  if (form) {
    const kept = form.dataset.sale;
    const names = ['request', 'amount', 'reference'];
    const unsent = JSON.parse(sessionStorage.getItem(kept) ?? 'null');
    if (unsent) for (const name of names) form.elements[name].value = unsent[name];
    let isSending = false;
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      if (isSending) return;
      isSending = true;
      const values = Object.fromEntries(names.map((name) => [name, form.elements[name].value]));
      sessionStorage.setItem(kept, JSON.stringify(values));
      for (const name of names.slice(1)) form.elements[name].readOnly = true;
      void send();
    });
    if (unsent) form.requestSubmit();

    async function send() {
      try {
        const answer = await fetch(form.action, {
          method: 'POST',
          body: new URLSearchParams(new FormData(form)),
        });
        if (answer.status >= 500) throw new Error(String(answer.status));
        // Not so where it leads to the sign-in: the sale goes on afterwards. What was refused is said by the page that the
        // same form brings once more.
        if (answer.url.startsWith(form.action)) sessionStorage.removeItem(kept);
        if (answer.redirected) location.replace(answer.url);
        else form.submit();
      } catch {
        isThere(false);
        later(send);
      }
    }
  }

  async function look() {
    try {
      const answer = await fetch(waiting.dataset.status);
      if (!answer.ok) return location.reload();
      isThere(true);
      const { standing } = await answer.json();
      if (standing === waiting.dataset.standing) return later(look);
      location.reload();
    } catch {
      isThere(false);
      later(look);
    }
  }
  if (waiting) later(look);

  const print = document.querySelector('[data-print]');
  if (print) {
    print.hidden = false;
    print.addEventListener('click', () => window.print());
  }
})();
