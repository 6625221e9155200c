/**
 * Formatters of `Intl`, each made once: to make one costs some hundred times as much as to format with it, and a page
 * formats dozens of amounts and dates in a few ways.
 */
const most = 200;

/** As `new Intl.NumberFormat(locale, options)`. */
export const numberFormat = remembered(
  (locale: string, options: Intl.NumberFormatOptions) => new Intl.NumberFormat(locale, options),
);

/** As `new Intl.DateTimeFormat(locale, options)`. */
export const dateTimeFormat = remembered(
  (locale: string, options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, options),
);

/** Keeps what `make` made. Languages, currencies and time zones are few; should they not be, it begins anew. */
function remembered<Options, Format>(
  make: (locale: string, options: Options) => Format,
): (locale: string, options: Options) => Format {
  const made = new Map<string, Format>();
  return (locale, options) => {
    const key = `${locale} ${JSON.stringify(options)}`;
    const known = made.get(key);
    if (known !== undefined) return known;
    if (made.size === most) made.clear();
    const format = make(locale, options);
    made.set(key, format);
    return format;
  };
}
