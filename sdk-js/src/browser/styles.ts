/** `--morrow-button`, `--morrow-button-text` and `--morrow-radius` fit it to a shop; `::part(button)` does the rest. */
export const buttonCss = `
:host { display: inline-block }
:host([hidden]) { display: none }
button {
  box-sizing: border-box;
  width: 100%;
  min-height: 44px;
  padding: .6em 1.4em;
  border: 1px solid transparent;
  border-radius: var(--morrow-radius, .6em);
  background: var(--morrow-button, #12684d);
  color: var(--morrow-button-text, #fff);
  font: inherit;
  font-weight: 600;
  cursor: pointer;
}
button:hover { filter: brightness(1.12) }
button:focus-visible { outline: 3px solid var(--morrow-button, #12684d); outline-offset: 2px }
button:disabled { opacity: .55; filter: none; cursor: not-allowed }
`;
