/** How many days a shopper may ask to pay nothing for. */
export const pauseChoices: readonly number[] = [30, 60, 90];
