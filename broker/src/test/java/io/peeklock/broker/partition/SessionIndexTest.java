/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.ReceiveMode;
import io.peeklock.broker.SessionInfo;
import io.peeklock.broker.entity.EntityDefinition;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.message.BodyKind;
import io.peeklock.broker.message.Message;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What sessions take of the memory for the index. */
class SessionIndexTest extends OnePartition {
    private static final int SESSIONS = 10;
    private static final int STATE_BYTES = 1000;
    private static final int LIMIT = 20_000;
    private MemoryBudget budget = new MemoryBudget(Long.MAX_VALUE, Long.MAX_VALUE);

    @Override
    Partition opening() {
        budget = new MemoryBudget(Long.MAX_VALUE, LIMIT);
        Partition opening =
                new Partition(0, new PartitionSettings(journals, runtime, Profile.JMS, budget), Duration.ofSeconds(60));
        QueueDescription queue =
                QueueDescription.builder("q").sessionRequired(true).build();
        opening.start(List.of(new Partition.Entity(new EntityDefinition(ENTITY, 1, queue), flags)), List.of(), ENTITY);
        return opening;
    }

    private SessionGrant accept(TestSubscriber holder, String session) {
        partition.subscribe(ENTITY, false, holder.of(new SessionDemand(session, false)));
        CompletableFuture<SessionGrant> grant = partition.acceptSession(ENTITY, session, holder);
        run();
        return grant.join();
    }

    private TestSubscriber holder() {
        return new TestSubscriber(flags.queue().requests(), ReceiveMode.PEEK_LOCK, null, 0);
    }

    /** Sets a state in a holding of its own. */
    private CompletableFuture<Void> setState(String session, int bytes) {
        TestSubscriber holder = holder();
        CompletableFuture<Void> set =
                partition.setSessionState(accept(holder, session).token(), bytes == 0 ? null : new byte[bytes]);
        run();
        partition.unsubscribe(ENTITY, false, holder);
        run();
        return set;
    }

    private CompletableFuture<Long> send(String session) {
        CompletableFuture<Long> sent = partition.send(
                ENTITY,
                Message.builder()
                        .body(BodyKind.BYTES, new byte[1])
                        .sessionId(session)
                        .build());
        run();
        return sent;
    }

    private static ErrorCode errorOf(CompletableFuture<?> future) {
        return future.handle((value, failure) -> ((BrokerException) failure).code())
                .join();
    }

    @Test
    @Tag("G6")
    @Tag("Q3")
    void ofTheirStatesIsBounded() {
        int states = 0;
        while (setState("s" + states, STATE_BYTES)
                .handle((ok, failure) -> failure == null)
                .join()) {
            states++;
        }
        assertThat(states).isBetween(10, LIMIT / STATE_BYTES);
        assertThat(errorOf(setState("another", STATE_BYTES))).isEqualTo(ErrorCode.QuotaExceeded);
        assertThat(setState("s0", STATE_BYTES)).as("the same size instead").isCompleted();
        assertThat(setState("s0", 0)).as("none").isCompleted();
        assertThat(setState("another", STATE_BYTES)).isCompleted();
        long before = budget.indexBytes();
        again(budget);
        assertThat(budget.indexBytes()).isEqualTo(before);
    }

    @Test
    @Tag("Q3")
    void ofTheirMessagesIsMoreThanThatOfOthersUntilTheyAreGone() {
        for (int i = 0; i < SESSIONS; i++) {
            assertThat(send("session" + i)).isCompleted();
        }
        long before = budget.indexBytes();
        assertThat(before)
                .isGreaterThan(
                        (long) SESSIONS * (MemoryBudget.INDEX_BYTES_PER_MESSAGE + Session.indexBytes("session")));
        again(budget);
        assertThat(budget.indexBytes()).isEqualTo(before);
        TestSubscriber subscriber = new TestSubscriber(
                        flags.queue().requests(), ReceiveMode.RECEIVE_AND_DELETE, null, 0)
                .of(new SessionDemand(null, true));
        subscriber.want(SESSIONS);
        partition.subscribe(ENTITY, false, subscriber);
        run();
        assertThat(subscriber.received).hasSize(SESSIONS);
        assertThat(budget.indexBytes()).isZero();
    }

    @Test
    @Tag("W4")
    void endsWithTheirEntityAlsoIfTheyAreHeld() {
        setState("a", STATE_BYTES);
        send("b");
        accept(holder(), "b");
        accept(holder(), "c");
        partition.drop(ENTITY);
        run();
        assertThat(budget.indexBytes()).isZero();
    }

    @Test
    @Tag("G8")
    void areListedInPagesByTheirIds() {
        for (int i = 30; i > 0; i--) {
            send("s" + (char) ('A' + i % 7) + i);
        }
        List<String> all = list("", 1000);
        assertThat(all).hasSize(30).isSorted();
        assertThat(list("", 7)).isEqualTo(all.subList(0, 7));
        assertThat(list(all.get(6), 20)).isEqualTo(all.subList(7, 27));
        assertThat(list(all.get(26), 20)).isEqualTo(all.subList(27, 30));
    }

    private List<String> list(String after, int max) {
        CompletableFuture<List<SessionInfo>> found = partition.sessions(ENTITY, after, max);
        run();
        return found.join().stream().map(SessionInfo::sessionId).toList();
    }
}
