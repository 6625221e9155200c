import type { Locale } from './texts/index.ts';

export type ProductText = {
  name: string;
  /** One line for the card. */
  summary: string;
  description: string;
  /** What the picture shows. */
  alt: string;
};

export type Product = {
  id: string;
  /** Minor units of CNY: 3900 is ¥39.00. */
  price: number;
  /** A file below /pictures/. */
  picture: string;
  text: Record<Locale, ProductText>;
};

export const currency = 'CNY' as const;

export const products: readonly Product[] = [
  {
    id: 'cedar-candle',
    price: 3_900,
    picture: 'candle.svg',
    text: {
      en: {
        name: 'Cedar candle',
        summary: 'Soy wax, forty quiet hours',
        description:
          'Poured in small batches from soy wax with cedar and a little smoke. It burns for about forty hours, and the glass is good for pencils afterwards.',
        alt: 'A lit candle in an amber glass',
      },
      'zh-CN': {
        name: '雪松蜡烛',
        summary: '大豆蜡，静静燃四十小时',
        description: '小批量浇制的大豆蜡，带雪松和一丝烟熏香。可燃约四十小时，用完的玻璃杯正好插铅笔。',
        alt: '琥珀色玻璃杯中点燃的蜡烛',
      },
    },
  },
  {
    id: 'dawn-mug',
    price: 6_800,
    picture: 'mug.svg',
    text: {
      en: {
        name: 'Dawn mug',
        summary: 'Stoneware, glazed by hand',
        description:
          'Thrown stoneware with a matt glaze that runs from sand to rose, so no two are alike. Holds 320 ml and does not mind the dishwasher.',
        alt: 'A steaming mug, half sand and half rose',
      },
      'zh-CN': {
        name: '晨光马克杯',
        summary: '粗陶，手工上釉',
        description: '手拉坯粗陶，哑光釉从沙色渐变到玫瑰色，没有两只相同。容量 320 毫升，可用洗碗机清洗。',
        alt: '冒着热气的马克杯，一半沙色，一半玫瑰色',
      },
    },
  },
  {
    id: 'reading-lamp',
    price: 32_900,
    picture: 'lamp.svg',
    text: {
      en: {
        name: 'Reading lamp',
        summary: 'Warm light on a brass arm',
        description:
          'A linen shade on a brass arm that stays where you leave it. Dims from reading to dozing; the bulb is included.',
        alt: 'A desk lamp that casts a warm cone of light',
      },
      'zh-CN': {
        name: '阅读灯',
        summary: '黄铜灯臂，暖光',
        description: '亚麻灯罩配黄铜灯臂，停在您放好的位置。亮度可从阅读调到小憩，附灯泡。',
        alt: '投下一片暖光的台灯',
      },
    },
  },
  {
    id: 'fog-blanket',
    price: 64_000,
    picture: 'blanket.svg',
    text: {
      en: {
        name: 'Fog blanket',
        summary: 'Merino wool, 140 × 200 cm',
        description:
          'Woven from undyed merino in four greys of a November morning. Heavy enough to keep you on the sofa.',
        alt: 'A folded grey blanket with a fringe',
      },
      'zh-CN': {
        name: '雾色毯',
        summary: '美利奴羊毛，140 × 200 厘米',
        description: '用未染色的美利奴羊毛织成，四种十一月清晨的灰。分量足，让人舍不得离开沙发。',
        alt: '叠好的灰色流苏毯',
      },
    },
  },
  {
    id: 'oak-chair',
    price: 160_000,
    picture: 'chair.svg',
    text: {
      en: {
        name: 'Oak lounge chair',
        summary: 'Solid oak, wool cushions',
        description:
          'Solid oak, oiled and not varnished, with wool cushions that come off for washing. Arrives assembled; we carry it up the stairs.',
        alt: 'A low oak chair with green cushions',
      },
      'zh-CN': {
        name: '橡木休闲椅',
        summary: '实木橡木，羊毛坐垫',
        description: '实木橡木，上油不上漆，羊毛坐垫可拆洗。整装送达，我们帮您搬上楼。',
        alt: '带绿色坐垫的低矮橡木椅',
      },
    },
  },
];
