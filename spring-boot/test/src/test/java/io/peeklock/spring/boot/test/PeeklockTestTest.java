/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.spring.boot.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.peeklock.broker.entity.EntityPath;
import io.peeklock.spring.boot.test.shop.Complaints;
import io.peeklock.spring.boot.test.shop.Kitchen;
import io.peeklock.spring.boot.test.shop.Machine;
import io.peeklock.spring.boot.test.shop.Orders;
import io.peeklock.spring.boot.test.shop.Shop;
import io.peeklock.testing.TestClock;
import io.peeklock.testing.TestNamespace;
import jakarta.jms.Session;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import org.springframework.jms.config.JmsListenerEndpointRegistry;
import org.springframework.jms.core.JmsTemplate;
import org.springframework.jms.listener.DefaultMessageListenerContainer;
import org.springframework.jms.listener.MessageListenerContainer;
import org.springframework.test.context.ContextConfiguration;

/** What tests of an application have. */
class PeeklockTestTest {

    /** Notes what is ordered, and cannot make some of it. */
    static class FakeKitchen implements Kitchen {
        final List<String> heard = new CopyOnWriteArrayList<>();

        @Override
        public void brew(String order) {
            heard.add(order);
            if (order.startsWith("poison")) {
                throw new IllegalArgumentException("nobody can make " + order);
            }
        }
    }

    @TestConfiguration
    static class Fakes {
        @Bean
        FakeKitchen kitchen() {
            return new FakeKitchen();
        }
    }

    @PeeklockTest(properties = "shop.name=the test's")
    @ContextConfiguration(classes = Shop.class)
    @Import(Fakes.class)
    @Nested
    class ASlice {

        @Autowired
        JmsTemplate template;

        @Autowired
        TestNamespace bus;

        @Autowired
        FakeKitchen kitchen;

        @BeforeEach
        void forget() {
            kitchen.heard.clear();
        }

        @Test
        void letsTheListenersWork() {
            template.convertAndSend("orders", "one espresso");
            Awaitility.await().until(() -> kitchen.heard.contains("one espresso"));
        }

        /** By the properties of the application. */
        @Test
        @Tag("L12")
        void hasWhatIsConfigured() {
            template.convertAndSend("orders", "poison");
            EntityPath orders = EntityPath.queue("orders");
            Awaitility.await()
                    .until(() -> bus.namespace().counters(orders).join().deadLettered() == 1);
            assertThat(kitchen.heard).containsExactly("poison", "poison");
        }

        @Test
        void isInMemory(@Autowired Environment properties) {
            assertThat(bus.url()).startsWith("peeklock:mem:spring-test-").contains("defaultMaxDeliveryCount=2");
            assertThat(Files.exists(Path.of(properties.getRequiredProperty("peeklock.directory"))))
                    .isFalse();
            assertThat(properties.getProperty("shop.name")).isEqualTo("the test's");
        }

        @Test
        void leavesOutWhatDoesNotListen(
                @Autowired ObjectProvider<Machine> machine,
                @Autowired ObjectProvider<Complaints> complaints,
                @Autowired ObjectProvider<Clock> clock) {
            assertThat(machine.getIfAvailable()).isNull();
            assertThat(complaints.getIfAvailable()).isNotNull();
            assertThat(clock.getIfAvailable()).isNull();
            assertThatIllegalStateException().isThrownBy(bus::clock);
        }
    }

    @PeeklockTest(listeners = Orders.class, manualClock = true, options = "lockRenewal=0")
    @ContextConfiguration(classes = Shop.class)
    @Import(Fakes.class)
    @Nested
    class OfOneListenerOnAClock {

        @Test
        void hasThatAlone(@Autowired ObjectProvider<Orders> orders, @Autowired ObjectProvider<Complaints> complaints) {
            assertThat(orders.getIfAvailable()).isNotNull();
            assertThat(complaints.getIfAvailable()).isNull();
        }

        @Test
        @Tag("N4")
        void hasATimeToMove(
                @Autowired JmsTemplate template,
                @Autowired TestClock clock,
                @Autowired Clock ofTheApplication,
                @Autowired FakeKitchen kitchen,
                @Autowired TestNamespace bus) {
            assertThat(ofTheApplication).isSameAs(clock);
            template.setDeliveryDelay(3_600_000);
            template.convertAndSend("orders", "breakfast");
            clock.advance(Duration.ofMinutes(59));
            assertThat(bus.namespace()
                            .counters(EntityPath.queue("orders"))
                            .join()
                            .scheduled())
                    .isEqualTo(1);
            clock.advance(Duration.ofMinutes(1));
            Awaitility.await().until(() -> kitchen.heard.contains("breakfast"));
        }
    }

    @SpringBootTest(classes = Shop.class)
    @AutoConfigurePeeklock
    @Nested
    class TheWholeApplication {

        @Test
        void worksOnANamespaceInMemory(
                @Autowired JmsTemplate template, @Autowired Machine machine, @Autowired TestNamespace bus) {
            template.convertAndSend("orders", "one espresso");
            Awaitility.await().until(() -> machine.brewed().contains("one espresso"));
            assertThat(bus.url()).startsWith("peeklock:mem:spring-test-");
        }

        @Test
        void acknowledgesAsItIsConfigured(@Autowired JmsListenerEndpointRegistry all) {
            assertThat(all.getListenerContainers()).hasSize(2).allSatisfy(TheWholeApplication::acknowledgesByTheClient);
        }

        private static void acknowledgesByTheClient(MessageListenerContainer container) {
            assertThat(((DefaultMessageListenerContainer) container).getSessionAcknowledgeMode())
                    .isEqualTo(Session.CLIENT_ACKNOWLEDGE);
        }
    }
}
