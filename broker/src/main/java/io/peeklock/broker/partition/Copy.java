/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.message.Message;
import org.jspecify.annotations.Nullable;

/**
 * A message as one queue or subscription takes it.
 *
 * <p>Immutable; what it refers to is owned by the partition's driver.
 *
 * @param message what was sent, or what a rule's action made of it (rule R2)
 * @param changed whether it is the latter
 * @param filterError why the subscription's rules could not be evaluated: it goes to the dead-letter queue (rule D3); or null
 */
record Copy(
        Fragment target,
        Message message,
        boolean changed,
        @Nullable String filterError) {

    static Copy of(Fragment target, Message message) {
        return new Copy(target, message, false, null);
    }

    static Copy changed(Fragment target, Message message) {
        return new Copy(target, message, true, null);
    }
}
