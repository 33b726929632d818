/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.tx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.peeklock.broker.BranchXid;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.namespace.TestBus;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a session learns of the end of its branch, by who ends its work there. */
@Tag("X5")
class SessionTakenOutTest extends XaBus {

    @BeforeEach
    void begin() throws XAException {
        resource.start(xid("a"), XAResource.TMNOFLAGS);
    }

    private static void elsewhere(XaCall call) throws InterruptedException {
        Throwable[] thrown = new Throwable[1];
        Thread thread = new Thread(() -> thrown[0] = catchThrowable(call::make));
        thread.start();
        thread.join();
        assertThat(thrown[0]).isNull();
    }

    @Nested
    class OnAnotherThread {

        @ParameterizedTest
        @ValueSource(ints = {XAResource.TMSUCCESS, XAResource.TMFAIL, XAResource.TMSUSPEND})
        void theNextWorkIsRefusedOnce(int flags) throws Exception {
            elsewhere(() -> resource.end(xid("a"), flags));
            assertThat(resource.current()).isNull();
            assertThatThrownBy(resource::begin).isInstanceOf(BrokerException.class);
            assertThat(resource.begin()).isNull();
        }

        @Test
        void workThatGoesOnIsRefusedInstead() throws Exception {
            Transaction began = resource.begin();
            assertThat(began).isNotNull();
            resource.requireStillIn(began);
            elsewhere(() -> resource.end(xid("a"), XAResource.TMSUCCESS));
            assertThatThrownBy(() -> resource.requireStillIn(began)).isInstanceOf(BrokerException.class);
            assertThat(resource.begin()).isNull();
        }

        @Test
        void aBranchThatIsBegunThenIsNotConcerned() throws Exception {
            elsewhere(() -> resource.end(xid("a"), XAResource.TMFAIL));
            resource.start(xid("b"), XAResource.TMNOFLAGS);
            assertThat(resource.begin()).isNotNull();
        }

        @Test
        void whoHasEndedItKnows() throws Exception {
            elsewhere(() -> {
                resource.end(xid("a"), XAResource.TMSUCCESS);
                assertThat(resource.begin()).isNull();
            });
            assertThat(resource.begin()).isNull();
        }

        @Test
        void theEndOfASuspendedBranchConcernsNoWork() throws Exception {
            resource.end(xid("a"), XAResource.TMSUSPEND);
            elsewhere(() -> resource.end(xid("a"), XAResource.TMFAIL));
            assertThat(resource.begin()).isNull();
            resource.start(xid("b"), XAResource.TMNOFLAGS);
            elsewhere(() -> resource.rollback(xid("a")));
            assertThat(resource.begin()).isNotNull();
        }
    }

    @Nested
    class OnItsOwnThread {

        @ParameterizedTest
        @ValueSource(ints = {XAResource.TMSUCCESS, XAResource.TMFAIL, XAResource.TMSUSPEND})
        void theNextWorkIsOutside(int flags) throws Exception {
            resource.end(xid("a"), flags);
            assertThat(resource.begin()).isNull();
        }

        @Test
        void aBranchThatIsResumedIsWorkedInAgain() throws Exception {
            Transaction began = resource.begin();
            resource.end(xid("a"), XAResource.TMSUSPEND);
            resource.start(xid("a"), XAResource.TMRESUME);
            assertThat(resource.begin()).isSameAs(began);
        }
    }

    /** A server that knows of one session rolls back where several work still. */
    @Nested
    class ForARollback {

        @BeforeEach
        void join() throws XAException {
            other.start(xid("a"), XAResource.TMJOIN);
            bus.send(NEAR, TestBus.text("x"));
            receive(NEAR);
        }

        @ParameterizedTest
        @ValueSource(ints = {XAResource.TMSUCCESS, XAResource.TMFAIL, XAResource.TMSUSPEND})
        void allWorkIsEnded(int flags) throws XAException {
            resource.end(xid("a"), XAResource.TMSUCCESS);
            assertThat(codeOf(() -> resource.rollback(xid("a"))))
                    .as("X/Open's answer")
                    .isEqualTo(XAException.XAER_PROTO);
            resource.endAll(xid("a"));
            assertThat(codeOf(() -> other.end(xid("a"), flags)))
                    .as("before the rollback")
                    .isEqualTo(OK);
            resource.rollback(xid("a"));
            assertThat(codeOf(() -> other.end(xid("a"), flags))).as("behind it").isEqualTo(OK);
            assertThat(codeOf(() -> resource.end(xid("a"), flags)))
                    .as("who had ended it before")
                    .isEqualTo(XAException.XAER_NOTA);
            assertCameBackOnce(NEAR, "x");
            assertThat(heard.stream().filter(each -> each.startsWith("other")))
                    .containsExactly("other associated", "other dissociated 20000000", "other ended");
        }

        @Test
        void itCannotBeCommittedThen() throws XAException {
            other.endAll(xid("a"));
            assertThat(codeOf(() -> resource.commit(xid("a"), true))).isEqualTo(XAException.XA_RBROLLBACK);
        }

        @Test
        void whoBeginsOtherWorkHasNothingToEndThere() throws XAException {
            resource.endAll(xid("a"));
            other.start(xid("b"), XAResource.TMNOFLAGS);
            assertThat(codeOf(() -> other.end(xid("a"), XAResource.TMSUCCESS))).isEqualTo(XAException.XAER_PROTO);
            other.end(xid("b"), XAResource.TMSUCCESS);
            resource.rollback(xid("a"));
            assertThat(codeOf(() -> other.end(xid("a"), XAResource.TMSUCCESS))).isEqualTo(XAException.XAER_NOTA);
        }

        @Test
        void theNextWorkIsRefusedOnceOnAnotherThread() throws Exception {
            elsewhere(() -> {
                resource.endAll(xid("a"));
                resource.rollback(xid("a"));
            });
            assertThatThrownBy(other::begin).isInstanceOf(BrokerException.class);
            assertThat(other.begin()).isNull();
        }

        @Test
        void whatIsNotKnownIsLeftAlone() {
            assertThat(codeOf(() -> resource.endAll(xid("unknown")))).isEqualTo(OK);
            assertThat(codeOf(() -> resource.end(xid("unknown"), XAResource.TMFAIL)))
                    .isEqualTo(XAException.XAER_NOTA);
        }
    }

    /** Its time is over, and neither its application nor its transaction manager ever ends the work in it. */
    @Nested
    @Tag("X2")
    class ByNobody {

        @BeforeEach
        void beginAnother() throws XAException {
            resource.end(xid("a"), XAResource.TMSUCCESS);
            resource.setTransactionTimeout(10);
            resource.start(xid("hangs"), XAResource.TMNOFLAGS);
            send(NEAR, "x");
        }

        @Test
        void whatWasStagedIsDroppedWithItsTime() {
            bus.advance(Duration.ofSeconds(11));
            assertThat(current().isEmpty()).isTrue();
        }

        @Test
        void itIsForgottenAtLastWhenItsSessionIsClosed() throws Exception {
            isClosed.set(true);
            bus.advance(Duration.ofSeconds(25));
            assertThat(global.branches()
                            .find(new BranchXid(
                                    7, "hangs".getBytes(StandardCharsets.UTF_8), "b".getBytes(StandardCharsets.UTF_8))))
                    .isNull();
            assertThat(codeOf(() -> resource.end(xid("hangs"), XAResource.TMSUCCESS)))
                    .isEqualTo(XAException.XAER_NOTA);
            assertThatThrownBy(resource::begin).isInstanceOf(BrokerException.class);
            resource.start(xid("next"), XAResource.TMNOFLAGS);
            assertThat(resource.begin()).isNotNull();
        }
    }
}
