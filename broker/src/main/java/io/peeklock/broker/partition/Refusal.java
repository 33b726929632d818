/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;

/**
 * Why an entity does not take a message that is moved to it. Immutable.
 *
 * @param reason what becomes the reason of its dead-lettering (rule D2): a system reason, or the code of an error
 */
record Refusal(String reason, String description) {
    static final String HOPS = "MaxTransferHopCountExceeded";
    static final String HEADER_SIZE = "HeaderSizeExceeded";
    /** Of what was edited, and is not known any more: it has not come, and will not. */
    static final Refusal NOT_COME = new Refusal(ErrorCode.OutcomeUnknown.name(), "it has not come");

    /** Whether there is no room in the entity now. */
    boolean isForRoom() {
        return reason.equals(ErrorCode.QuotaExceeded.name());
    }

    static Refusal of(BrokerException cause) {
        return new Refusal(cause.code().name(), String.valueOf(cause.getMessage()));
    }

    /** The error that it was. */
    BrokerException error() {
        return new BrokerException(ErrorCode.valueOf(reason), description);
    }
}
