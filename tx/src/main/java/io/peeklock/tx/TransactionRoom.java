/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.tx;

import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.message.Message;

/**
 * Counts what a transaction holds, and refuses what would be more than it may (rule X3).
 *
 * <p>Guarded by its transaction's lock. A check that refuses changes nothing.
 */
final class TransactionRoom {

    private final TransactionSettings settings;
    private int sends;
    private long bytes;
    private int received;

    TransactionRoom(TransactionSettings settings) {
        this.settings = settings;
    }

    /** Refuses a send there is no room for. */
    void requireForSend(EntityPath destination, Message message) {
        if (sends >= settings.maxSends()) {
            throw full("a transaction may send at most " + settings.maxSends() + " messages, and this one has staged"
                    + " as many; the message to " + destination
                    + " was not staged: commit more often, or raise maxTransactionMessages");
        }
        requireBytes(message.sizeBytes(), "the message to " + destination);
    }

    /** Refuses what there is no room for; fewer bytes than before always have room. */
    void requireBytes(long more, String what) {
        if (more > 0 && more > settings.maxSendBytes() - bytes) {
            throw full("a transaction may hold at most " + settings.maxSendBytes() + " bytes of messages to be sent,"
                    + " states of sessions and changed properties, this one holds " + bytes + ", and " + what + " has "
                    + more + " more; it was not staged: commit more often, or raise maxTransactionSize");
        }
    }

    void sent(Message message) {
        sends++;
        hold(message.sizeBytes());
    }

    void hold(long more) {
        bytes += more;
    }

    /** Refuses to take in so many received messages. */
    void requireForReceive(int messages) {
        if (messages > forReceives()) {
            throw full("a transaction may hold at most " + settings.maxReceived() + " received messages, and this one"
                    + " holds " + received
                    + "; nothing was received: commit more often, or raise maxTransactionReceived");
        }
    }

    /** How many received messages it may still take in. */
    int forReceives() {
        return settings.maxReceived() - received;
    }

    void received(int messages) {
        received += messages;
    }

    private static BrokerException full(String reason) {
        return new BrokerException(ErrorCode.QuotaExceeded, reason);
    }
}
