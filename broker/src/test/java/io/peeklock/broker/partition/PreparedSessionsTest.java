/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.ReceiveMode;
import io.peeklock.broker.SessionInfo;
import io.peeklock.broker.SessionToken;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.StagedSessionState;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.message.Message;
import io.peeklock.journal.JournalException;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sessions of which a prepared part has messages, or for which it has a state. */
@Tag("X5")
@Tag("G2")
class PreparedSessionsTest extends PartsFixture {
    private static final byte[] STATE = {1, 2, 3};

    private TestSubscriber holder;
    private SessionToken session;

    @BeforeEach
    void receive() {
        send(SESSIONS, inSession("a", "a1"));
        send(SESSIONS, inSession("a", "a2"));
        holder = holder("a");
        session = get(partition.acceptSession(SESSIONS, "a", holder)).token();
        next(holder);
    }

    private static Message inSession(String id, String text) {
        return builder(text).sessionId(id).build();
    }

    private TestSubscriber holder(String session) {
        TestSubscriber subscriber = new TestSubscriber(
                        entities.get(SESSIONS).flags().queue().requests(), ReceiveMode.PEEK_LOCK, null, Long.MAX_VALUE)
                .of(new SessionDemand(session, false));
        partition.subscribe(SESSIONS, false, subscriber);
        return subscriber;
    }

    /** It asks for one more message. */
    private void next(TestSubscriber subscriber) {
        subscriber.want(1);
        partition.fetch(SESSIONS, false, subscriber, () -> subscriber.want(0));
        run();
    }

    private void leave() {
        partition.unsubscribe(SESSIONS, false, holder);
        run();
    }

    /** What somebody gets who takes any session that is free. */
    private List<String> anySession() {
        TestSubscriber anybody = new TestSubscriber(
                        entities.get(SESSIONS).flags().queue().requests(), ReceiveMode.PEEK_LOCK, null, 0)
                .of(new SessionDemand(null, true));
        partition.subscribe(SESSIONS, false, anybody);
        anybody.want(5);
        partition.fetch(SESSIONS, false, anybody, () -> anybody.want(0));
        run();
        partition.unsubscribe(SESSIONS, false, anybody);
        run();
        return texts(anybody.received);
    }

    private UUID preparedFirst() {
        return prepared(settles(Settlement.COMPLETE, holder.received));
    }

    private UUID preparedState(byte[] state) {
        return prepared(new TransactionWork(List.of(), List.of(), List.of(new StagedSessionState(session, state))));
    }

    private byte[] state(SessionToken token) {
        return get(partition.sessionState(token)).orElse(new byte[0]);
    }

    @Nested
    @Tag("G3")
    class Prepared {

        @Test
        void areGivenToNobodyElse() {
            preparedFirst();
            leave();
            assertNobodyGetsIt();
            powerCut();
            assertNobodyGetsIt();
        }

        @Test
        void areGivenToNobodyElseForAStateAlone() {
            preparedState(STATE);
            leave();
            assertNobodyGetsIt();
            powerCut();
            assertNobodyGetsIt();
        }

        private void assertNobodyGetsIt() {
            assertThat(failure(partition.acceptSession(SESSIONS, "a", holder("a"))))
                    .isEqualTo(ErrorCode.SessionCannotBeLocked);
            assertThat(anySession()).isEmpty();
            assertThat(get(partition.sessions(SESSIONS, null, 9)))
                    .extracting(SessionInfo::held)
                    .containsExactly(true);
        }

        @Test
        void leaveTheOthersFree() {
            preparedFirst();
            send(SESSIONS, inSession("b", "b1"));
            assertThat(anySession()).containsExactly("b1");
        }

        @Test
        void areStillTheirHoldersOwn() {
            preparedFirst();
            next(holder);
            assertThat(texts(holder.received)).containsExactly("a1", "a2");
            get(partition.settle(holder.received.get(1).requireLockToken(), Settlement.COMPLETE));
            get(partition.renewSession(session));
            get(partition.setSessionState(session, STATE));
            assertThat(get(partition.sessions(SESSIONS, null, 9)))
                    .extracting(SessionInfo::messages)
                    .containsExactly(1);
        }
    }

    @Nested
    class Ended {

        @Test
        @Tag("G5")
        void areFreeInTheirOrderAfterARollback() {
            UUID part = preparedFirst();
            leave();
            powerCut();
            rollback(part);
            assertThat(anySession()).containsExactly("a1", "a2");
        }

        @Test
        void areFreeAfterACommit() {
            UUID part = preparedFirst();
            leave();
            powerCut();
            commit(part);
            assertThat(anySession()).containsExactly("a2");
        }

        @Test
        void areKeptAsLongAsOneOfTwoPartsIsPrepared() {
            UUID first = preparedFirst();
            UUID second = preparedState(STATE);
            leave();
            commit(first);
            assertThat(anySession()).isEmpty();
            commit(second);
            assertThat(anySession()).containsExactly("a2");
        }
    }

    @Nested
    @Tag("G6")
    class States {

        @Test
        void areSetByTheCommit() {
            UUID part = preparedState(STATE);
            assertThat(state(session)).isEmpty();
            powerCut();
            commit(part);
            powerCut();
            SessionToken again =
                    get(partition.acceptSession(SESSIONS, "a", holder("a"))).token();
            assertThat(state(again)).isEqualTo(STATE);
        }

        @Test
        void areClearedByTheCommit() {
            get(partition.setSessionState(session, STATE));
            UUID part =
                    prepared(new TransactionWork(List.of(), List.of(), List.of(new StagedSessionState(session, null))));
            powerCut();
            commit(part);
            SessionToken again =
                    get(partition.acceptSession(SESSIONS, "a", holder("a"))).token();
            assertThat(state(again)).isEmpty();
        }

        @Test
        void areNotSetByARollback() {
            rollback(preparedState(STATE));
            assertThat(state(session)).isEmpty();
        }

        @Test
        @Tag("X6")
        void haveTheirRoomReserved() {
            long before = counters(SESSIONS).sizeBytes();
            UUID part = preparedState(STATE);
            assertThat(counters(SESSIONS).sizeBytes()).isEqualTo(before + STATE.length);
            powerCut();
            assertThat(counters(SESSIONS).sizeBytes()).isEqualTo(before + STATE.length);
            commit(part);
            assertThat(counters(SESSIONS).sizeBytes()).isEqualTo(before + STATE.length);
        }
    }

    /** Their partition was out, or the transaction is a local one. */
    @Nested
    @Tag("W4")
    class OfADeletedEntity {

        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void leaveNothingBehind(boolean commit) throws JournalException {
            TransactionWork settles = settles(Settlement.COMPLETE, holder.received);
            UUID part = prepared(new TransactionWork(
                    List.of(), settles.settlements(), List.of(new StagedSessionState(session, STATE))));
            leave();
            get(partition.drop(SESSIONS));
            entities.remove(SESSIONS);
            assertThat(get(partition.endPart(part, commit))).isTrue();
            run();
            assertThat(budget.indexBytes()).isZero();
            close();
            assertThat(records().ids()).isEmpty();
        }
    }

    @Test
    @Tag("G8")
    void aStagedMessageIsNotInItsSessionBeforeTheCommit() {
        UUID part = prepared(sends(SESSIONS, inSession("b", "b1")));
        powerCut();
        assertThat(get(partition.sessions(SESSIONS, null, 9)))
                .extracting(SessionInfo::sessionId)
                .containsExactly("a");
        commit(part);
        powerCut();
        assertThat(get(partition.sessions(SESSIONS, "a", 9)))
                .extracting(SessionInfo::messages)
                .containsExactly(1);
    }

    @Test
    @Tag("G1")
    @Tag("D2")
    void aStagedMessageWithoutASessionIsALetterOfTheSubscriptionThatNeedsOne() {
        List<Delivery> nothing = receive(SESSIONS, true, 1);
        assertThat(nothing).isEmpty();
        UUID part = prepared(sends(SESSIONS, message("stray")));
        powerCut();
        commit(part);
        assertThat(receive(SESSIONS, true, 1))
                .extracting(Delivery::deadLetterReason)
                .containsExactly(Settling.NO_SESSION);
    }
}
