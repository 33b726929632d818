/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.BranchOutcome;
import io.peeklock.broker.BranchXid;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a simulation knows of its transactions, and what must be true of the messages they have sent and received: all of a
 * transaction has happened or nothing, as was said of it. Each sends at least one message; a plain send is a transaction too.
 *
 * <p>Not thread safe.
 */
final class BranchLedger {

    /** A transaction. */
    static final class Work {
        final BranchXid xid;
        final List<String> sends;
        final List<String> completes;
        /** Whether its transaction manager has written that it commits; it is asked about it until it has ended. */
        boolean logged;
        /** What was said of it; null if nobody knows. */
        @Nullable
        Boolean happened;

        private Work(BranchXid xid, List<String> sends, List<String> completes) {
            this.xid = xid;
            this.sends = List.copyOf(sends);
            this.completes = List.copyOf(completes);
        }

        private void is(boolean value) {
            assertThat(happened == null || happened == value)
                    .as("%s: happened %s, and now %s", this, happened, value)
                    .isTrue();
            happened = value;
        }

        /** An operation that does all of it, or nothing. */
        void ended(@Nullable Throwable failure) {
            if (failure == null) {
                is(true);
            } else if (!isUnknown(failure)) {
                is(false);
            }
        }

        /** Its transaction manager writes that it commits, or rolls it back. */
        void prepared(@Nullable Throwable failure, boolean commits) {
            if (failure == null && commits) {
                logged = true;
                // Whatever comes now, but for an administrator.
            } else if (failure != null && !isUnknown(failure)) {
                is(false);
            }
        }

        /** It was asked to end so. */
        void asked(boolean commit, @Nullable BranchOutcome outcome) {
            if (outcome == BranchOutcome.DONE) {
                is(commit);
            } else if (outcome == BranchOutcome.HEURISTICALLY_COMMITTED) {
                is(true);
            } else if (outcome == BranchOutcome.HEURISTICALLY_ROLLED_BACK) {
                is(false);
            }
        }

        @Override
        public String toString() {
            return xid + " sends " + sends + ", completes " + completes;
        }
    }

    private final List<Work> all = new ArrayList<>();
    private final Map<String, Work> senders = new HashMap<>();
    private final Map<BranchXid, Work> byXid = new HashMap<>();
    private final Set<String> seen = new HashSet<>();

    static boolean isUnknown(Throwable failure) {
        return failure instanceof BrokerException broker && broker.code() == ErrorCode.OutcomeUnknown;
    }

    int size() {
        return all.size();
    }

    /** A new one; what it sends is named by it. */
    Work begin(List<String> sends, List<String> completes) {
        Work work = new Work(SpanFixture.xid("x" + all.size()), sends, completes);
        all.add(work);
        byXid.put(work.xid, work);
        sends.forEach(text -> senders.put(text, work));
        return work;
    }

    Work of(BranchXid xid) {
        Work work = byXid.get(xid);
        if (work == null) {
            throw new AssertionError("nobody has prepared " + xid);
        }
        return work;
    }

    /** It has come to a receiver, or lies where one can get it. */
    void seen(String text) {
        Work sender = senders.get(text);
        assertThat(sender).as("who has sent %s", text).isNotNull();
        seen.add(text);
        if (sender != null) {
            assertThat(sender.happened).as("whether %s happened", sender).isNotEqualTo(false);
        }
    }

    /** Everything has come to an end, and these can be received: no more and no less than was promised. */
    void check(Set<String> there) {
        there.forEach(this::seen);
        for (Work work : all) {
            assertThat(seen.containsAll(work.sends) || work.sends.stream().noneMatch(seen::contains))
                    .as("all or nothing seen of %s", work)
                    .isTrue();
            work.is(seen.containsAll(work.sends));
            if (work.logged) {
                assertThat(work.happened).as("committed: %s", work).isTrue();
            }
        }
        Set<String> completed = new HashSet<>();
        for (Work work : all) {
            if (Boolean.TRUE.equals(work.happened)) {
                work.completes.forEach(text -> assertThat(completed.add(text))
                        .as("%s is completed once, and by %s", text, work)
                        .isTrue());
            }
        }
        Set<String> expected = new HashSet<>(seen);
        expected.removeAll(completed);
        assertThat(there).as("what is left").isEqualTo(expected);
    }
}
