/** JSON that can also be wrong: members in any order and number, and text that stands for itself. */
export type Tree = null | boolean | number | string | Tree[] | Members | Raw;

/** An object as it is written, so that a name may come twice. */
export class Members {
  readonly entries: [name: string, value: Tree][];

  constructor(entries: [string, Tree][]) {
    this.entries = entries;
  }
}

/** Text that is written as it is. */
export class Raw {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export function treeOf(value: unknown): Tree {
  if (Array.isArray(value)) return value.map(treeOf);
  if (typeof value !== 'object' || value === null) return value as Tree;
  return new Members(Object.entries(value).map(([name, of]) => [name, treeOf(of)]));
}

/** A tree of its own, which may be changed while `tree` is used elsewhere. */
export function copyTree(tree: Tree): Tree {
  if (Array.isArray(tree)) return tree.map(copyTree);
  if (tree instanceof Members) {
    return new Members(tree.entries.map(([name, value]) => [name, copyTree(value)]));
  }
  return tree;
}

/** The text of a tree. Halves of surrogate pairs become escapes, without which they have no form in UTF-8. */
export function writeTree(tree: Tree): string {
  if (tree instanceof Raw) return tree.text;
  if (Array.isArray(tree)) return `[${tree.map(writeTree).join(',')}]`;
  if (tree instanceof Members) {
    return `{${tree.entries.map(([name, value]) => `${JSON.stringify(name)}:${writeTree(value)}`).join(',')}}`;
  }
  return JSON.stringify(tree);
}

/** A place in a tree: what stands there, and how to put something else there or take it away. */
export type Place = { value: Tree; replace(value: Tree): void; remove(): void };

/** Every place in a tree, the root first. */
export function placesOf(root: { tree: Tree }): Place[] {
  const places: Place[] = [
    {
      value: root.tree,
      replace: (value) => void (root.tree = value),
      remove: () => void (root.tree = new Raw('')),
    },
  ];
  const visit = (tree: Tree): void => {
    if (Array.isArray(tree)) {
      tree.forEach((value, index) => {
        places.push({
          value,
          replace: (by) => void (tree[index] = by),
          remove: () => void tree.splice(index, 1),
        });
        visit(value);
      });
    } else if (tree instanceof Members) {
      for (const entry of tree.entries) {
        const [, value] = entry;
        places.push({
          value,
          replace: (by) => void (entry[1] = by),
          remove: () => void tree.entries.splice(tree.entries.indexOf(entry), 1),
        });
        visit(value);
      }
    }
  };
  visit(root.tree);
  return places;
}
