// Keeps an order's page fresh. Whenever the shop has heard something new, the page is read again, and the parts
// that have changed are replaced. Without this script, reloading does the same.
new EventSource(`${location.pathname}/live`).addEventListener('message', () => void refresh());

async function refresh() {
  const answer = await fetch(location.href);
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
  for (const part of document.querySelectorAll('[data-live]')) {
    const next = fresh.getElementById(part.id);
    if (next && next.innerHTML !== part.innerHTML) part.replaceChildren(...next.childNodes);
  }
}
