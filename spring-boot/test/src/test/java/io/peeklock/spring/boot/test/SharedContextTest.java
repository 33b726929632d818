/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.spring.boot.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.peeklock.broker.entity.EntityPath;
import io.peeklock.spring.boot.test.shop.Shop;
import io.peeklock.testing.NamespaceContents;
import io.peeklock.testing.TestNamespace;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.jms.core.JmsTemplate;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.ContextConfiguration;

/** Test classes that have one application context after the other, because their configuration is the same. */
class SharedContextTest {

    private static final Set<ApplicationContext> CONTEXTS = ConcurrentHashMap.newKeySet();
    private static final Set<TestNamespace> NAMESPACES = ConcurrentHashMap.newKeySet();

    @BeforeEach
    void forget() {
        CONTEXTS.clear();
        NAMESPACES.clear();
    }

    @ContextConfiguration(classes = Shop.class)
    @Import(PeeklockTestTest.Fakes.class)
    abstract static class Sharing {

        @Autowired
        ApplicationContext context;

        @Autowired
        TestNamespace bus;

        @Autowired
        JmsTemplate template;

        void leaveSomething() {
            CONTEXTS.add(context);
            NAMESPACES.add(bus);
            EntityPath parked = EntityPath.queue("parked");
            if (!bus.namespace().queues().join().isEmpty()) {
                assertThat(bus.describe()).endsWith("has no messages");
            }
            template.convertAndSend("parked", "left behind");
            assertThat(bus.namespace().counters(parked).join().active()).isEqualTo(1);
        }
    }

    @PeeklockTest
    static class First extends Sharing {
        @Test
        void leave() {
            leaveSomething();
        }
    }

    @PeeklockTest
    static class Second extends Sharing {
        @Test
        void leave() {
            leaveSomething();
        }
    }

    @Test
    void findNothingOfEachOther() {
        assertThat(TestRuns.failures(First.class, Second.class)).isEmpty();
        assertThat(CONTEXTS).hasSize(1);
        assertThat(NAMESPACES).hasSize(1);
    }

    @PeeklockTest(reset = ResetMode.BEFORE_EACH_TEST, properties = "of=each")
    static class EachTest extends Sharing {
        @Test
        void one() {
            leaveSomething();
        }

        @Test
        void other() {
            leaveSomething();
        }
    }

    @Test
    void orTheirTestsDoNot() {
        assertThat(TestRuns.failures(EachTest.class)).isEmpty();
        assertThat(CONTEXTS).hasSize(1);
    }

    @PeeklockTest(reset = ResetMode.NEVER, properties = "of=never")
    static class Never extends Sharing {
        @Test
        void one() {
            leaveSomething();
        }

        @Test
        void other() {
            leaveSomething();
        }
    }

    @Test
    void orTheyDoAndAFailureTellsWhatWasThere() {
        assertThat(TestRuns.failures(Never.class))
                .singleElement()
                .satisfies(failure -> assertThat(failure.getSuppressed())
                        .hasOnlyElementsOfType(NamespaceContents.class)
                        .singleElement()
                        .satisfies(contents -> assertThat(contents).hasMessageContaining("parked: active 1")));
    }

    @PeeklockTest(properties = "of=the dirty")
    @DirtiesContext
    static class Dirty extends Sharing {
        @Test
        void leave() {
            leaveSomething();
        }
    }

    @Test
    void aContextThatIsClosedClosesItsNamespace() {
        assertThat(TestRuns.failures(Dirty.class)).isEmpty();
        assertThat(NAMESPACES)
                .singleElement()
                .satisfies(bus -> assertThat(bus.namespace().isOpen()).isFalse());
    }

    /** Not for a test without our annotation. */
    @ContextConfiguration(classes = Nothing.class)
    @org.junit.jupiter.api.extension.ExtendWith(org.springframework.test.context.junit.jupiter.SpringExtension.class)
    static class Other {
        @Test
        void failing() {
            fail("on purpose");
        }
    }

    static class Nothing {}

    @Test
    void otherTestsAreNotConcerned() {
        assertThat(TestRuns.failures(Other.class))
                .singleElement()
                .satisfies(failure -> assertThat(failure.getSuppressed()).isEmpty());
    }
}
