/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.samples.lines;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.TextMessage;

/**
 * A line as a message brought it.
 *
 * <p>Immutable; any thread.
 *
 * @param number which line of the input, from 1
 * @param refused whether it is one of those that every consumer refuses
 * @param deliveryCount how often it was delivered, this time included
 * @param sequenceNumber its sequence number in the queue
 * @param checksum of its text
 */
record ReceivedLine(int number, boolean refused, int deliveryCount, long sequenceNumber, int checksum) {

    static final String LINE_PROPERTY = "LineNumber";
    static final String REFUSED_PROPERTY = "Refused";

    private static final String SEQUENCE_NUMBER_PROPERTY = "JMS_SB_SequenceNumber";
    private static final String DELIVERY_COUNT_PROPERTY = "JMSXDeliveryCount";

    static ReceivedLine of(Message message) throws JMSException {
        if (!(message instanceof TextMessage text)) {
            throw new JMSException("Not a line: " + message.getJMSMessageID() + " is not a text message");
        }
        String line = text.getText();
        return new ReceivedLine(
                message.getIntProperty(LINE_PROPERTY),
                message.propertyExists(REFUSED_PROPERTY),
                message.getIntProperty(DELIVERY_COUNT_PROPERTY),
                message.getLongProperty(SEQUENCE_NUMBER_PROPERTY),
                // An empty text may come back as none: Jakarta Messaging lets a TextMessage have no text.
                Checksum.of(line == null ? "" : line));
    }
}
