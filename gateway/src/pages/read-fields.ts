import express from 'express';

/**
 * Reads the fields of a form. A name of ten thousand characters is still read, so that whoever sent it is told on the page
 * what a name may be and keeps the rest; what is longer than that in every field ends with the connection.
 */
export const readFields = express.urlencoded({ extended: false, limit: '128kb', parameterLimit: 50 });
