/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.artemis;

import io.peeklock.journal.JournalException;

/**
 * The store as one of its journals sees it.
 *
 * <p>Called under the journal's gate.
 */
interface JournalHome {

    /** A home without a store around it. */
    JournalHome NONE = new JournalHome() {
        @Override
        public void create() {}

        @Override
        public boolean isRecorded() {
            return false;
        }

        @Override
        public boolean mustHaveFiles() {
            return false;
        }

        @Override
        public void closed(boolean cleanly) {}
    };

    /** Makes the journal's directory, durably, before its first file. */
    void create() throws JournalException;

    /** Whether the store knows that {@link #create} was once done. */
    boolean isRecorded();

    /** Whether files were there when the store was last in order: if there are none now, they were lost. */
    boolean mustHaveFiles();

    /** The journal is closed and may be opened again. */
    void closed(boolean cleanly);
}
