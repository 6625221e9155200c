import type { Page } from '../send-page.tsx';

/** A page that says that there is nothing to see, or nothing for whoever asks, and leads on. */
export function problemView(
  t: { title: string; text: string },
  { status, to, link }: { status: number; to?: string; link?: string },
): Page {
  return {
    title: t.title,
    status,
    hasProblem: true,
    body: (
      <div class="step">
        <h1>{t.title}</h1>
        <section class="card">
          <p>{t.text}</p>
          {to !== undefined && (
            <p>
              <a class="button" href={to}>
                {link}
              </a>
            </p>
          )}
        </section>
      </div>
    ),
  };
}
