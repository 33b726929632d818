/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.inbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import jakarta.resource.spi.InvalidPropertyException;
import java.beans.BeanInfo;
import java.beans.Introspector;
import java.beans.PropertyDescriptor;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Properties come as text; what is wrong is named, with what was given and what is allowed (Jakarta Connectors 2.1, 5.3.7). */
class PeeklockActivationSpecTest {

    private static PeeklockActivationSpec spec() {
        PeeklockActivationSpec spec = new PeeklockActivationSpec();
        spec.setDestinationName("orders");
        return spec;
    }

    private static InvalidPropertyException refusal(Consumer<PeeklockActivationSpec> with) {
        PeeklockActivationSpec spec = spec();
        with.accept(spec);
        InvalidPropertyException refusal = catchThrowableOfType(InvalidPropertyException.class, spec::validate);
        assertThat(refusal).isNotNull();
        return refusal;
    }

    private static void set(PeeklockActivationSpec spec, String property, String value) {
        try {
            new PropertyDescriptor(property, PeeklockActivationSpec.class)
                    .getWriteMethod()
                    .invoke(spec, value);
        } catch (ReflectiveOperationException | java.beans.IntrospectionException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void withADestinationItIsReady() throws Exception {
        ActivationSettings settings = spec().settings();
        assertThat(settings.maxSessions()).isEqualTo(10);
        assertThat(settings.source().topic()).isFalse();
        assertThat(settings.redelivery())
                .isEqualTo(new Redelivery(-1, Duration.ofSeconds(1), 2, Duration.ofMinutes(1)));
        assertThat(settings.reconnecting().attempts()).isEqualTo(-1);
    }

    @Test
    void withoutADestinationItIsNone() {
        assertThat(refusal(spec -> spec.setDestinationName(" ")))
                .hasMessageContaining("destinationLookup")
                .hasMessageContaining("destinationName");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "maxSessions|0|a number from 1 to 1000",
                "maxSessions|many|a number",
                "maxRedeliveries|-2|a number from -1",
                "redeliveryDelay|5 lightyears|500ms",
                "redeliveryDelay|9999999d|365 days",
                "maxRedeliveryDelay|1ms|redeliveryDelay is longer",
                "maxReconnectInterval|1ms|reconnectInterval is longer",
                "redeliveryBackOffMultiplier|0.5|1 to 100",
                "acknowledgeMode|Client-acknowledge|Auto-acknowledge or Dups-ok-acknowledge",
                "destinationType|javax.jms.Queue|jakarta.jms.Queue or jakarta.jms.Topic",
                "subscriptionDurability|yes|Durable or NonDurable",
                "sharedSubscription|1|true or false",
                "failActivation|perhaps|true or false",
                "messageSelector|price >|price >",
                "url|peeklock:tape:1|peeklock:",
                "deactivationTimeout|-1|a number of milliseconds"
            })
    void whatIsWrongIsNamedWithWhatIsAllowed(String property, String value, String allowed) {
        InvalidPropertyException refusal = refusal(spec -> set(spec, property, value));
        assertThat(refusal).hasMessageContaining(property).hasMessageContaining(allowed);
        assertThat(Arrays.stream(refusal.getInvalidPropertyDescriptors()).map(PropertyDescriptor::getName))
                .containsExactly(property);
    }

    @Test
    void allThatIsWrongIsSaidAtOnce() {
        InvalidPropertyException refusal = refusal(spec -> {
            spec.setMaxSessions("0");
            spec.setAcknowledgeMode("none");
        });
        assertThat(refusal.getInvalidPropertyDescriptors()).hasSize(2);
    }

    @Test
    void aPasswordInAUrlIsNotShown() {
        assertThat(refusal(spec -> spec.setUrl("peeklock:mem:a?password=geheim&no=1"))
                        .getMessage())
                .doesNotContain("geheim");
    }

    @Test
    void aSubscriptionNeedsATopicANameAndIfItIsUnsharedAClient() {
        assertThat(refusal(spec -> spec.setSubscriptionDurability("Durable")))
                .hasMessageContaining("jakarta.jms.Topic");
        assertThat(refusal(spec -> {
                    spec.setDestinationType("jakarta.jms.Topic");
                    spec.setSubscriptionDurability("Durable");
                    spec.setClientId("c");
                }))
                .hasMessageContaining("subscriptionName");
        assertThat(refusal(spec -> {
                    spec.setDestinationType("jakarta.jms.Topic");
                    spec.setSubscriptionDurability("Durable");
                    spec.setSubscriptionName("s");
                }))
                .hasMessageContaining("clientId");
    }

    @ParameterizedTest
    @CsvSource({"500,500", "500ms,500", "30s,30000", "5min,300000", "5m,300000", "2 h,7200000", "1d,86400000", "0,0"})
    void timesHaveAUnitOrAreMilliseconds(String text, long ms) throws Exception {
        PeeklockActivationSpec spec = spec();
        spec.setDeactivationTimeout(text);
        assertThat(spec.settings().deactivationTimeout()).hasMillis(ms);
    }

    @Test
    void modesAreReadAsTheirConstantsToo() throws Exception {
        PeeklockActivationSpec spec = spec();
        spec.setAcknowledgeMode("AUTO_ACKNOWLEDGE");
        spec.validate();
        spec.setAcknowledgeMode("dups-ok-acknowledge");
        spec.validate();
    }

    /** Liberty sets {@code destination} itself, to the text of what it has looked up. */
    @Test
    void aDestinationThatIsLookedUpGoesBeforeTheNameOfOtherAdapters() throws Exception {
        PeeklockActivationSpec spec = new PeeklockActivationSpec();
        spec.setDestinationLookup("jms/orders");
        spec.setDestination("queue:orders");
        ActivationSettings settings = spec.settings();
        assertThat(settings.source().lookup()).isEqualTo("jms/orders");
        assertThat(settings.source().name()).isNull();
    }

    @Test
    void namesOfOtherAdaptersMeanTheSame() throws Exception {
        PeeklockActivationSpec spec = new PeeklockActivationSpec();
        spec.setDestination("orders");
        spec.setMaxSession("3");
        spec.setMaximumRedeliveries("4");
        spec.setInitialRedeliveryDelay("5");
        spec.setSetupAttempts("6");
        spec.setSetupInterval("7");
        ActivationSettings settings = spec.settings();
        assertThat(settings.source().name()).isEqualTo("orders");
        assertThat(settings.maxSessions()).isEqualTo(3);
        assertThat(settings.redelivery().maxRedeliveries()).isEqualTo(4);
        assertThat(settings.redelivery().delay()).hasMillis(5);
        assertThat(settings.reconnecting().attempts()).isEqualTo(6);
        assertThat(settings.reconnecting().interval()).hasMillis(7);
    }

    /** Servers set properties by introspection, from text. */
    @Test
    void everyPropertyIsText() throws Exception {
        BeanInfo bean = Introspector.getBeanInfo(PeeklockActivationSpec.class, Object.class);
        for (PropertyDescriptor property : bean.getPropertyDescriptors()) {
            if (!property.getName().equals("resourceAdapter")) {
                assertThat(property.getPropertyType()).as(property.getName()).isEqualTo(String.class);
                assertThat(property.getWriteMethod()).as(property.getName()).isNotNull();
            }
        }
    }

    @Test
    void delaysGrowToTheirLast() {
        Redelivery redelivery = new Redelivery(5, Duration.ofSeconds(1), 3, Duration.ofSeconds(10));
        assertThat(redelivery.delayAfter(1)).hasSeconds(1);
        assertThat(redelivery.delayAfter(2)).hasSeconds(3);
        assertThat(redelivery.delayAfter(3)).hasSeconds(9);
        assertThat(redelivery.delayAfter(4)).hasSeconds(10);
        assertThat(redelivery.delayAfter(4000)).hasSeconds(10);
        assertThat(redelivery.maxDeliveries()).isEqualTo(6);
        assertThat(redelivery.after(2)).contains("comes again in 3000 ms");
        assertThat(redelivery.after(5)).contains("comes again");
        assertThat(redelivery.after(6)).isEqualTo("it is a dead letter now");
    }

    @Test
    void whatIsNoNumberIsToldTheRange() {
        PeeklockActivationSpec spec = spec();
        spec.setMaxSessions("many");
        spec.setRedeliveryBackOffMultiplier("twice");
        assertThatThrownBy(spec::validate)
                .hasMessageContaining("maxSessions (many): a number from 1 to 1000 is allowed")
                .hasMessageContaining("redeliveryBackOffMultiplier (twice): a number from 1 to 100 is allowed");
    }

    @Test
    void attemptsAreThoseAfterAFailure() {
        ActivationSettings.Reconnecting twice =
                new ActivationSettings.Reconnecting(2, Duration.ofMillis(1), Duration.ofMillis(1), false);
        assertThat(twice.isOver(2)).isFalse();
        assertThat(twice.isOver(3)).isTrue();
    }
}
