import { makeKey } from '../../make-key.ts';
import { type Check, pass, skip } from '../check.ts';
import { buy } from '../patient.ts';
import { VisitError } from '../visitor.ts';

/**
 * Comes last: from here on the old key is no key any more. Only a purchase after its end shows that the shop signs with
 * the new one.
 */
export const keyRotation: Check = {
  id: 'key.rotation',
  title: 'The shop takes a new key, and sells on when the old one has ended',
  fix: 'Read the private key and its key_id from your configuration at each start (or on a signal), and run the new one everywhere before the old one ends.',
  async run(patient) {
    const { keyInstaller, connection } = patient;
    if (!keyInstaller)
      return skip('It takes --rotate-key-to and --install-key, a command that gives your shop the new key.');
    const { file, install } = keyInstaller;
    const { kid } = connection;
    const made = await makeKey(connection, { out: file, algorithm: 'ed25519' }, { overlapHours: 24 });
    await install(file, made.key.key_id);
    patient.connection = made.connection;
    await buy(patient);
    await made.connection.morrow.keys.revoke(kid);
    try {
      await buy(patient);
      return pass;
    } catch (error) {
      if (!(error instanceof VisitError)) throw error;
      throw new VisitError(`With the old key it sold, without it no more: ${error.message}`);
    }
  },
};
