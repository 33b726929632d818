/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.narayana;

/**
 * Where a resource comes from that Narayana is to recover: opens it and says what it is called.
 *
 * <p>Called by one thread at a time.
 */
interface RecoverySource {

    /** For people, in messages. */
    String description();

    /**
     * Opens it, for long.
     *
     * @throws IllegalArgumentException if it is nothing that can ever be recovered
     * @throws Exception if it cannot be opened now; it is tried again
     */
    Opened open() throws Exception;

    /** What was opened. */
    interface Opened extends AutoCloseable {

        /** Under the name that its log entries have. */
        NamedResource resource();

        /**
         * Whether it can still be used. Quick.
         *
         * @param scanFailed whether the last scan failed
         */
        boolean isOpen(boolean scanFailed);

        /**
         * Has it remember which log the transaction manager has, if it can.
         *
         * @throws ForeignLogException if it knows another one
         * @throws Exception if it cannot be asked now
         */
        default void remember(TransactionLog log) throws Exception {}

        @Override
        void close() throws Exception;
    }
}
