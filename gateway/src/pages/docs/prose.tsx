import { Fragment, type VNode } from 'preact';

/**
 * The Markdown that our own descriptions use: paragraphs, `## ` headings, `- ` lists, `code`, fenced code without blank
 * lines, and links to our own pages. It is written by us and never by a caller.
 */
export function Prose({ text }: { text: string }): VNode {
  return (
    <>
      {text.split(/\n{2,}/).map((block) => (
        <Block block={block.trim()} />
      ))}
    </>
  );
}

function Block({ block }: { block: string }): VNode {
  if (block.startsWith('## ')) return <h2 id={idOf(block.slice(3))}>{block.slice(3)}</h2>;
  if (block.startsWith('```')) {
    return (
      <pre tabindex={0}>
        <code>{block.replaceAll(/^```\n?|\n?```$/g, '')}</code>
      </pre>
    );
  }
  if (!block.startsWith('- ')) {
    return (
      <p>
        <Line text={block} />
      </p>
    );
  }
  return (
    <ul>
      {block
        .slice(2)
        .split(/\n- /)
        .map((item) => (
          <li>
            <Line text={item} />
          </li>
        ))}
    </ul>
  );
}

/** A line with its code and links. */
export function Line({ text }: { text: string }): VNode {
  const parts = text.split(/(`[^`]+`|\[[^\]]+\]\(\/[^)\s]*\))/);
  return (
    <>
      {parts.map((part) => {
        if (part.startsWith('`') && part.length > 1) return <code>{part.slice(1, -1)}</code>;
        const [, label, href] = /^\[([^\]]+)\]\((\/[^)\s]*)\)$/.exec(part) ?? [];
        return href === undefined ? <Fragment>{part}</Fragment> : <a href={href}>{label}</a>;
      })}
    </>
  );
}

export function idOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
}
