/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.runtime;

import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalListener;
import io.peeklock.journal.JournalStore;
import io.peeklock.journal.PartitionJournal;
import io.peeklock.journal.SwapSpace;
import java.util.UUID;

/** A store that asks another one, for tests that change a part of it. As thread safe as the other one. */
public abstract class ForwardingJournalStore implements JournalStore {
    protected final JournalStore store;

    protected ForwardingJournalStore(JournalStore store) {
        this.store = store;
    }

    @Override
    public PartitionJournal open(int index, JournalListener listener) throws JournalException {
        return store.open(index, listener);
    }

    @Override
    public UUID id() {
        return store.id();
    }

    @Override
    public int partitions() {
        return store.partitions();
    }

    @Override
    public boolean exists(int index) {
        return store.exists(index);
    }

    @Override
    public SwapSpace openSwap(int index) throws JournalException {
        return store.openSwap(index);
    }

    @Override
    public long usableBytes(int index) {
        return store.usableBytes(index);
    }

    @Override
    public String quarantine(int index, String name, byte[] content) throws JournalException {
        return store.quarantine(index, name, content);
    }

    @Override
    public void close() throws JournalException {
        store.close();
    }
}
