import type { Notifier } from '../audit/ports.ts';
import { chatbotMessage } from './chatbot-message.ts';

/** Publishes digests for chat channels. `publish` puts one message on the topic that only the chat service reads. */
export const chatbotNotifier = (name: string, publish: (message: string) => Promise<void>): Notifier => ({
  name,
  send: async digest => {
    await publish(JSON.stringify(chatbotMessage(digest)));
    return 'sent';
  },
});
