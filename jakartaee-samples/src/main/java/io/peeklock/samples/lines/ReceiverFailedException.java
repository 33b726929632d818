/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.samples.lines;

/**
 * Says that a receiving process did not do its work.
 *
 * <p>Immutable.
 */
final class ReceiverFailedException extends Exception {

    private static final long serialVersionUID = 1L;

    ReceiverFailedException(String message) {
        super(message);
    }
}
