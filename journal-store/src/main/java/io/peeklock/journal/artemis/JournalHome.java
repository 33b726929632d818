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
        public void makeDirectory() {}

        @Override
        public void remember() {}

        @Override
        public boolean isRemembered() {
            return false;
        }

        @Override
        public void closed(boolean cleanly) {}
    };

    /** Makes the journal's directory, durably, before its mark. */
    void makeDirectory() throws JournalException;

    /** Notes, durably, that there is a journal: after its mark and before its files, so that from then on they can be missed. */
    void remember() throws JournalException;

    /** Whether there must be a mark, and has been one for certain. */
    boolean isRemembered();

    /** The journal is closed and may be opened again. */
    void closed(boolean cleanly);
}
