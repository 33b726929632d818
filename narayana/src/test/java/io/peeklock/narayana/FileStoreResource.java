/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.narayana;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a {@link FileStore}: the words of one branch at a time.
 *
 * <p>Thread safe: a time-out comes on a thread of its own.
 */
final class FileStoreResource implements XAResource {

    private final FileStore store;
    private final List<String> words = new ArrayList<>();
    private @Nullable Xid branch;

    FileStoreResource(FileStore store) {
        this.store = store;
    }

    /** The last one that was started. */
    synchronized Xid branch() {
        return Objects.requireNonNull(branch);
    }

    synchronized void write(String word) {
        words.add(word);
    }

    @Override
    public synchronized void start(Xid xid, int flags) {
        branch = xid;
    }

    @Override
    public synchronized void end(Xid xid, int flags) {
        // Its words stay until the branch ends.
    }

    @Override
    public synchronized int prepare(Xid xid) throws XAException {
        if (words.isEmpty()) {
            return XA_RDONLY;
        }
        call(() -> store.prepare(xid, words));
        words.clear();
        return XA_OK;
    }

    @Override
    public synchronized void commit(Xid xid, boolean onePhase) throws XAException {
        if (onePhase) {
            call(() -> store.prepare(xid, words));
            words.clear();
        }
        boolean known = call(() -> store.commit(xid));
        if (!known) {
            throw new XAException(XAException.XAER_NOTA);
        }
    }

    @Override
    public synchronized void rollback(Xid xid) throws XAException {
        words.clear();
        call(() -> store.rollback(xid));
    }

    @Override
    public void forget(Xid xid) throws XAException {
        throw new XAException(XAException.XAER_NOTA);
    }

    @Override
    public Xid[] recover(int flags) throws XAException {
        return (flags & TMSTARTRSCAN) == 0 ? new Xid[0] : store.recover();
    }

    @Override
    public boolean isSameRM(XAResource other) {
        return other instanceof FileStoreResource resource && resource.store.isOf(store);
    }

    @Override
    public int getTransactionTimeout() {
        return 0;
    }

    @Override
    public boolean setTransactionTimeout(int seconds) {
        return false;
    }

    private interface Work {
        void run() throws IOException;
    }

    private interface Question {
        boolean ask() throws IOException;
    }

    private static void call(Work work) throws XAException {
        call(() -> {
            work.run();
            return true;
        });
    }

    private static boolean call(Question question) throws XAException {
        try {
            return question.ask();
        } catch (IOException e) {
            XAException failed = new XAException(XAException.XAER_RMFAIL);
            failed.initCause(e);
            throw failed;
        }
    }
}
