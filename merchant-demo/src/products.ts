export type Product = {
  id: string;
  name: string;
  /** One line for the card. */
  summary: string;
  description: string;
  /** Minor units of CNY: 3900 is ¥39.00. */
  price: number;
  /** A file below /pictures/. */
  picture: string;
  alt: string;
};

export const currency = 'CNY' as const;

export const products: readonly Product[] = [
  {
    id: 'cedar-candle',
    name: 'Cedar candle',
    summary: 'Soy wax, forty quiet hours',
    description:
      'Poured in small batches from soy wax with cedar and a little smoke. It burns for about forty hours, and the glass is good for pencils afterwards.',
    price: 3_900,
    picture: 'candle.svg',
    alt: 'A lit candle in an amber glass',
  },
  {
    id: 'dawn-mug',
    name: 'Dawn mug',
    summary: 'Stoneware, glazed by hand',
    description:
      'Thrown stoneware with a matt glaze that runs from sand to rose, so no two are alike. Holds 320 ml and does not mind the dishwasher.',
    price: 6_800,
    picture: 'mug.svg',
    alt: 'A steaming mug, half sand and half rose',
  },
  {
    id: 'reading-lamp',
    name: 'Reading lamp',
    summary: 'Warm light on a brass arm',
    description:
      'A linen shade on a brass arm that stays where you leave it. Dims from reading to dozing; the bulb is included.',
    price: 32_900,
    picture: 'lamp.svg',
    alt: 'A desk lamp that casts a warm cone of light',
  },
  {
    id: 'fog-blanket',
    name: 'Fog blanket',
    summary: 'Merino wool, 140 × 200 cm',
    description:
      'Woven from undyed merino in four greys of a November morning. Heavy enough to keep you on the sofa.',
    price: 64_000,
    picture: 'blanket.svg',
    alt: 'A folded grey blanket with a fringe',
  },
  {
    id: 'oak-chair',
    name: 'Oak lounge chair',
    summary: 'Solid oak, wool cushions',
    description:
      'Solid oak, oiled and not varnished, with wool cushions that come off for washing. Arrives assembled; we carry it up the stairs.',
    price: 160_000,
    picture: 'chair.svg',
    alt: 'A low oak chair with green cushions',
  },
];
