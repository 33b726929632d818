/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.peeklock.broker.Namespace;
import io.peeklock.testing.TestClock;
import io.peeklock.testing.WithQueue;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSContext;
import jakarta.jms.Queue;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;
import org.junit.platform.testkit.engine.EventType;

/** What is told and what is left behind when tests fail, and what is refused. */
class FailedTestsTest {

    private static final ConcurrentLinkedQueue<Object> OPENED = new ConcurrentLinkedQueue<>();

    /** The failures of a test class, in no order. */
    private static List<Throwable> failures(Class<?> tests) {
        return EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(tests))
                .configurationParameter("junit.jupiter.execution.parallel.enabled", "false")
                .execute()
                .allEvents()
                .filter(event -> event.getType() == EventType.FINISHED)
                .map(Event::getPayload)
                .flatMap(payload -> payload.stream())
                .map(org.junit.platform.engine.TestExecutionResult.class::cast)
                .flatMap(result -> result.getThrowable().stream())
                .toList();
    }

    private static String contents(Throwable failure) {
        assertThat(failure.getSuppressed()).hasSize(1);
        assertThat(failure.getSuppressed()[0].getStackTrace()).isEmpty();
        return failure.getSuppressed()[0].getMessage();
    }

    @UsePeeklock
    static class Failing {
        @Test
        void itself(JMSContext context, @EntityName("orders") Queue orders) {
            context.createProducer().setProperty("customer", 7).send(orders, "an espresso");
            fail("on purpose");
        }
    }

    @Test
    void aFailureTellsWhatWasInTheNamespace() {
        List<Throwable> failures = failures(Failing.class);
        assertThat(failures).hasSize(1);
        assertThat(failures.get(0)).hasMessage("on purpose");
        assertThat(contents(failures.get(0)))
                .contains("peeklock:mem:Failing-")
                .contains("orders: active 1, locked 0")
                .contains("{customer=7}: an espresso");
    }

    @UsePeeklock(scope = NamespaceScope.CLASS)
    static class FailingInPreparation {
        @BeforeEach
        void prepare(JMSContext context, @EntityName("orders") Queue orders) {
            context.createProducer().send(orders, "a");
            fail("on purpose");
        }

        @Test
        void never() {}
    }

    @Test
    void soDoesOneOfItsPreparation() {
        assertThat(failures(FailingInPreparation.class))
                .singleElement()
                .satisfies(failure -> assertThat(contents(failure)).contains("orders: active 1"));
    }

    @UsePeeklock
    static class NotConcerned {
        @Test
        void aborted(JMSContext context) {
            Assumptions.abort("not here");
        }

        @Test
        void withoutANamespace() {
            fail("on purpose");
        }
    }

    @Test
    void whatHasNothingToDoWithANamespaceTellsNothing() {
        assertThat(failures(NotConcerned.class))
                .hasSize(2)
                .allSatisfy(failure -> assertThat(failure.getSuppressed()).isEmpty());
    }

    @UsePeeklock
    static class Leaving {
        Leaving(Connection connection) {
            OPENED.add(connection);
        }

        @Test
        void open(JMSContext context, ConnectionFactory factory, Namespace namespace) throws Exception {
            OPENED.addAll(List.of(context, factory.createConnection(), namespace));
            fail("on purpose");
        }
    }

    @Test
    void everythingIsClosedAfterATest() {
        assertThat(failures(Leaving.class)).hasSize(1);
        assertThat(OPENED).hasSize(4).allSatisfy(FailedTestsTest::isClosed);
    }

    private static void isClosed(Object opened) {
        if (opened instanceof Namespace namespace) {
            assertThat(namespace.isOpen()).isFalse();
        } else if (opened instanceof JMSContext context) {
            Assertions.assertThatThrownBy(() -> context.createProducer().send(context.createQueue("q"), "a"))
                    .isInstanceOf(jakarta.jms.JMSRuntimeException.class);
        } else {
            Assertions.assertThatThrownBy(() -> ((Connection) opened)
                            .createSession()
                            .createProducer(null)
                            .send(new io.peeklock.jms.destination.PeeklockQueue("q"), null))
                    .isInstanceOfAny(IllegalStateException.class, jakarta.jms.JMSException.class);
        }
    }

    @UsePeeklock
    static class WantingItTooEarly {
        @BeforeAll
        static void prepare(JMSContext context) {}

        @Test
        void never() {}
    }

    @UsePeeklock(scope = NamespaceScope.CLASS)
    static class DeclaringTooLate {
        @Test
        @WithQueue("orders")
        void never() {}
    }

    @UsePeeklock
    static class WithoutAClock {
        @Test
        void never(TestClock clock) {}
    }

    @UsePeeklock
    static class WithoutAName {
        @Test
        void never(Queue queue) {}
    }

    @UsePeeklock(configFile = "Confg.json")
    static class WithoutItsFile {
        @Test
        void never(Namespace namespace) {}
    }

    @UsePeeklock(options = "partition=4")
    static class WithAWrongOption {
        @Test
        void never(Namespace namespace) {}
    }

    @Test
    void whatCannotBeSaysWhatToDo() {
        assertThat(failures(WantingItTooEarly.class))
                .singleElement()
                .satisfies(failure -> assertThat(failure).hasMessageContaining("scope = NamespaceScope.CLASS"));
        assertThat(failures(DeclaringTooLate.class))
                .singleElement()
                .satisfies(failure -> assertThat(failure).hasMessageContaining("scope = NamespaceScope.TEST"));
        assertThat(failures(WithoutAClock.class))
                .singleElement()
                .satisfies(failure -> assertThat(failure).hasMessageContaining("manual clock"));
        assertThat(failures(WithoutAName.class))
                .singleElement()
                .satisfies(failure -> assertThat(failure).hasMessageContaining("@EntityName"));
        assertThat(failures(WithoutItsFile.class))
                .singleElement()
                .satisfies(failure -> assertThat(failure).hasMessageContaining("looked for beside the class"));
        assertThat(failures(WithAWrongOption.class))
                .singleElement()
                .satisfies(failure -> assertThat(failure).hasMessageContaining("partitions"));
    }
}
