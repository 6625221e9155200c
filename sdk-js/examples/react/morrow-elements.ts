import type { MorrowStartEvent } from '@morrow/sdk-js';
import type { DetailedHTMLProps, HTMLAttributes } from 'react';

type Offer = DetailedHTMLProps<HTMLAttributes<HTMLElement>, HTMLElement> & {
  amount: number;
  currency: string;
};

/** Tells TypeScript about the elements. React 19 passes attributes and custom events on by itself. */
declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'morrow-message': Offer;
      'morrow-button': Offer & { disabled?: boolean; 'onmorrow-start'?: (event: MorrowStartEvent) => void };
    }
  }
}
